using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Intake;

/// <summary>
/// What a process without grains takes by itself: alerts, closes by alias and pings of whoever may send them.
/// Everything else, and every refusal that is known before the body is read, is left to the process that has them.
/// </summary>
public sealed class IntakeEndpoints(IIntake intake, Quarantine quarantine, TimeProvider time, ILoggerFactory logs)
{
    private readonly KeyRing _ring = new(intake, administrator: null);
    private readonly AlertmanagerIntake _alertmanager = new(intake, quarantine, logs);
    private readonly OpsgenieIntake _opsgenie = new(intake, quarantine, time, logs.CreateLogger<OpsgenieGuard>());

    /// <returns>What answers the request; null when it is to be forwarded as it is.</returns>
    public RequestDelegate? Find(HttpContext context)
    {
        if (KeyGate.Authenticate(_ring, context.Request) is not { } key || !key.May(KeyRights.CreateAndUpdate))
        {
            return null;
        }

        var (method, target) = (context.Request.Method, OpsgenieGuard.TargetOf(context));
        if ((_alertmanager.Find(method, target) ?? _opsgenie.Find(method, target, key)) is not { } endpoint)
        {
            return null;
        }

        context.Features.Set(key);
        return endpoint;
    }
}
