using Correlation.Gateway.Contacts;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// The configuration in Opsgenie's shapes: what comes from files is read here and changed there; maintenance can be made
/// here as well.
/// </summary>
internal sealed class ConfigurationApi(IGrains grains, IReads reads, ContactBook contacts, FreshIds ids, TimeProvider time)
{
    private readonly FileOwnedApi<Team> _teams = TeamApi.Of(grains);
    private readonly FileOwnedApi<Escalation> _escalations = EscalationApi.Of(grains);
    private readonly FileOwnedApi<ApiKey> _integrations = IntegrationApi.Of(grains);
    private readonly UserApi _users = new(grains, new ContactApi(grains, contacts, ids, time));
    private readonly MaintenanceApi _maintenance = new(grains, reads, ids, time);

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call)
    {
        var path = call.Path.Rest.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Texts.Decode).ToArray();
        return call.Path.Resource switch
        {
            "teams" => _teams.AnswerAsync(call, path),
            "escalations" => _escalations.AnswerAsync(call, path),
            "users" => _users.AnswerAsync(call, path),
            "integrations" => _integrations.AnswerAsync(call, path),
            "maintenance" => _maintenance.AnswerAsync(call, path),
            "policies" => Policies(call, path),
            _ => AlertApi.WithRight(call, KeyRights.Read, () => new(call.Is("GET") && path is [] ? Lists.Empty() : NoPolicies(call))),
        };
    }

    /// <summary>There are none: what they do is done by routes, kinds, silences and maintenance windows.</summary>
    private static ValueTask<ApiAnswer> Policies(ApiCall call, string[] path) => (call.Method.ToUpperInvariant(), path) switch
    {
        ("GET", [] or ["alert"] or ["notification"]) => AlertApi.WithRight(call, KeyRights.Read, () => new(Lists.Empty())),
        ("GET", [var id, ..]) => AlertApi.WithRight(call, KeyRights.Read, () => new(ApiAnswer.NotFound($"There is no policy '{id}'."))),
        _ => AlertApi.WithRight(call, KeyRights.Configure, () => new(NoPolicies(call))),
    };

    private static ApiAnswer NoPolicies(ApiCall call) => ApiAnswer.NotSupported(
        $"Opsgenie's {call.Path.Resource} are not supported: see routes, kinds, inhibit_rules and maintenance in the configuration's files.");
}
