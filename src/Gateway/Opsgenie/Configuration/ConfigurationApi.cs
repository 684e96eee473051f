using Correlation.Gateway.Contacts;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// The configuration in Opsgenie's shapes: what comes from files is read here and changed there; users, teams,
/// escalations, integrations, alert policies and maintenance can be made here as well.
/// </summary>
internal sealed class ConfigurationApi
{
    private readonly TeamApi _teams;
    private readonly EscalationApi _escalations;
    private readonly IntegrationApi _integrations;
    private readonly UserApi _users;
    private readonly PolicyApi _policies;
    private readonly MaintenanceApi _maintenance;

    public ConfigurationApi(IGrains grains, IReads reads, ContactBook contacts, FreshIds ids, TimeProvider time)
    {
        var writes = new ResourceWrites(grains, ids);
        _teams = new TeamApi(grains, writes, new TeamDefaults(grains, writes, ids, time));
        _escalations = new EscalationApi(grains, writes);
        _integrations = new IntegrationApi(grains, writes);
        _users = new UserApi(grains, writes, new ContactApi(grains, contacts, ids, time));
        _policies = new PolicyApi(grains, writes);
        _maintenance = new MaintenanceApi(grains, reads, ids, time);
    }

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
            "policies" when call.Path.Version == "v2" => _policies.AnswerAsync(call, path),
            _ =>
                AlertApi.WithRight(
                    call, KeyRights.Read, () => new(call.Is("GET") && path is [] ? Lists.Empty() : NotSupported(call))),
        };
    }

    /// <summary>Terraform drops from its state what is not found, and fails at any other answer.</summary>
    private static ApiAnswer NotSupported(ApiCall call) =>
        call.Is("GET") && call.Path.Resource is ("services" or "incident-templates")
            ? ApiAnswer.NotFound(InPlaceOf(call))
            : ApiAnswer.NotSupported(InPlaceOf(call));

    private static string InPlaceOf(ApiCall call) =>
        $"Opsgenie's /{call.Path.Version}/{call.Path.Resource} are not supported: " + call.Path.Resource switch
        {
            "roles" => "any name is taken as a user's role and read back, and what may be done is said by the rights of keys.",
            "forwarding-rules" => "make an override of the schedule.",
            "policies" => "see /v2/policies.",
            "services" or "incident-templates" =>
                "what depends on what is said by topology in the configuration's files, and incidents open by themselves (/api/v1/incidents).",
            _ => "there is nothing in its place.",
        };
}
