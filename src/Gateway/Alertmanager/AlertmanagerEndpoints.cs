using Correlation.Gateway.Alertmanager.Alerts;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Gateway.Alertmanager.Silences;
using Correlation.Gateway.Alertmanager.Status;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Alertmanager;

/// <summary>
/// What Prometheus, amtool and karma ask an Alertmanager, and the webhook of an Alertmanager that stays in between.
/// Plain request delegates: nothing binds or reflects on the way of an alert.
/// </summary>
public static class AlertmanagerEndpoints
{
    public static IEndpointRouteBuilder MapAlertmanager(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var (grains, reads) = (services.GetRequiredService<IGrains>(), services.GetRequiredService<IReads>());
        var time = services.GetRequiredService<TimeProvider>();
        var logs = services.GetRequiredService<ILoggerFactory>();
        var answers = new Answers();
        var map = new Mapping(app, answers, new Guard(answers, logs.CreateLogger<Guard>()));

        var quarantine = services.GetRequiredService<Quarantine>();
        var notifications = new NotificationIntake(
            grains, quarantine, answers, logs.CreateLogger<NotificationIntake>());
        map.Add(
            "POST",
            AlertIntake.Path,
            KeyRights.CreateAndUpdate,
            new AlertIntake(grains, quarantine, answers).PostAsync);
        map.Add("POST", NotificationIntake.Path, KeyRights.CreateAndUpdate, notifications.PostAsync);

        var alerts = new AlertLists(grains, reads, time, answers);
        map.Add("GET", "/api/v2/alerts", KeyRights.Read, alerts.ListAsync);
        map.Add("GET", "/api/v2/alerts/groups", KeyRights.Read, alerts.GroupsAsync);

        var silences = new SilenceReads(grains, reads, time);
        var writes = new SilenceWrites(grains, silences, new FreshIds(time), time, answers);
        const string OneSilence = $"/api/v2/silence/{{{SilencePath.Parameter}}}";
        map.Add("GET", "/api/v2/silences", KeyRights.Read, silences.ListAsync);
        map.Add("POST", "/api/v2/silences", KeyRights.Configure, writes.PostAsync);
        map.Add("GET", OneSilence, KeyRights.Read, silences.GetAsync);
        map.Add("DELETE", OneSilence, KeyRights.Configure, writes.DeleteAsync);

        var status = new StatusReads(grains, services.GetRequiredService<IReadiness>(), time);
        map.Add("GET", "/api/v2/status", KeyRights.Read, status.StatusAsync);
        map.Add("GET", "/api/v2/receivers", KeyRights.Read, status.ReceiversAsync);
        map.Add("GET", "/-/healthy", KeyRights.None, StatusReads.HealthyAsync);
        map.Add("GET", "/-/ready", KeyRights.None, status.ReadyAsync);

        // The rest of /api/v1 is this service's own.
        map.Add("POST", "/api/v1/alerts", KeyRights.None, StatusReads.GoneAsync);
        map.Add("GET", "/api/v1/alerts/groups", KeyRights.None, StatusReads.GoneAsync);
        map.Add("GET", "/api/v1/status", KeyRights.None, StatusReads.GoneAsync);
        map.Add("GET", "/api/v1/receivers", KeyRights.None, StatusReads.GoneAsync);
        return app;
    }

    private sealed record Mapping(IEndpointRouteBuilder App, Answers Answers, Guard Guard)
    {
        public void Add(string method, string path, KeyRights rights, RequestDelegate endpoint)
        {
            string[] methods = method == "GET" ? ["GET", "HEAD"] : [method];
            App.MapMethods(path, methods, Guard.Around(endpoint)).RequireRight(rights).WithMetadata(Answers);
        }
    }
}
