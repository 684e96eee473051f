using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Alertmanager;

/// <summary>The two endpoints by which alerts come in, without the others.</summary>
internal sealed class AlertmanagerIntake
{
    private readonly RequestDelegate _alerts;
    private readonly RequestDelegate _notifications;

    public AlertmanagerIntake(IIntake intake, Quarantine quarantine, ILoggerFactory logs)
    {
        var answers = new Answers();
        var guard = new Guard(answers, logs.CreateLogger<Guard>());
        _alerts = guard.Around(new AlertIntake(intake, quarantine, answers).PostAsync);
        _notifications = guard.Around(
            new NotificationIntake(intake, quarantine, answers, logs.CreateLogger<NotificationIntake>()).PostAsync);
    }

    /// <param name="target">As it came over the wire.</param>
    /// <returns>Null when it is another endpoint's.</returns>
    public RequestDelegate? Find(string method, string target) => (HttpMethods.IsPost(method), target) switch
    {
        (true, AlertIntake.Path) => _alerts,
        (true, NotificationIntake.Path) => _notifications,
        _ => null,
    };
}
