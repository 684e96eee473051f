using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Opsgenie;

/// <summary>What of the API needs neither the store nor a grain's state: creates, closes by alias, and pings.</summary>
internal sealed class OpsgenieIntake
{
    private readonly IIntake _intake;
    private readonly OpsgenieGuard _guard;
    private readonly AlertCreation _creation;
    private readonly AlertWrites _writes;

    public OpsgenieIntake(IIntake intake, Quarantine quarantine, TimeProvider time, ILogger<OpsgenieGuard> log)
    {
        var ids = new FreshIds(time);
        _intake = intake;
        _guard = new OpsgenieGuard(new Envelope(time, ids), log);
        _creation = new AlertCreation(intake, quarantine, ids);
        _writes = new AlertWrites(intake, lookup: null, time);
    }

    /// <param name="target">As it came over the wire.</param>
    /// <param name="key">May create and update.</param>
    /// <returns>Null when the request needs more.</returns>
    public RequestDelegate? Find(string method, string target, ApiKey key)
    {
        // Behind a prefix a path may be another protocol's as well; which one's is for the routes to say.
        if (!target.StartsWith("/v2/", StringComparison.Ordinal) || !ApiPath.TryParse(target, out var path))
        {
            return null;
        }

        return path.Resource switch
        {
            "alerts" when HttpMethods.IsPost(method) => FindOfAlerts(path, key),
            "heartbeats" when key.Team is null &&
                HeartbeatApi.Split(path.Rest) is ({ Length: > 0 and <= HeartbeatApi.LongestName } name, "ping")
                && (HttpMethods.IsPost(method) || HttpMethods.IsGet(method)) =>
                    Guarded(_ => HeartbeatApi.PingAsync(_intake, name)),
            _ => null,
        };
    }

    private RequestDelegate? FindOfAlerts(ApiPath path, ApiKey key)
    {
        var alert = AlertPath.Parse(path.Rest);
        if (alert.Kind == AlertPathKind.Collection)
        {
            return Guarded(_creation.CreateAsync);
        }

        var isByAlias = alert is { Kind: AlertPathKind.Alert, Action: "close" } && key.Team is null &&
            Texts.Length(alert.Identifier) <= Limits.Alias && new ApiQuery(path.Query)["identifierType"] == "alias";
        return isByAlias ? Guarded(call => _writes.WriteAsync(call, alert, AlertActions.Find("POST", "close")!)) : null;
    }

    private RequestDelegate Guarded(Func<ApiCall, ValueTask<ApiAnswer>> answer) =>
        context => _guard.HandleAsync(context, answer);
}
