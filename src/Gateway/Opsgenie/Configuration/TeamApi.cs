using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Teams with their members and routing rules.</summary>
internal sealed class TeamApi(IGrains grains, ResourceWrites writes, TeamDefaults defaults) : ResourceApi<Team>(
    SetOf(grains), writes)
{
    private readonly RoutingRules _rules = new(writes, () => grains.Policy);

    public static void WriteMeta(Utf8JsonWriter json, string property, PolicyVersion policy, string? team)
    {
        if (string.IsNullOrEmpty(team))
        {
            return;
        }

        json.WriteStartObject(property);
        json.WriteString("id", People.IdOf(policy, "team", team));
        json.WriteString("name", team);
        json.WriteEndObject();
    }

    public override ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string[] path) => path is [] && call.Is("POST") && call.Key.Team is not null
        ? new(ApiAnswer.OtherTeam(call.Key, "a new team"))
        : base.AnswerAsync(call, path);

    protected override Resource Read(ApiCall call, BodyObject body, Team? before) =>
        new Resource.OfTeam(TeamBody.Read(body, Policy, before ?? new Team("", Writes.NewId(), "", [], "")));

    protected override Team Of(Resource resource) => ((Resource.OfTeam)resource).Team;

    protected override async ValueTask<ApiAnswer> CreatedAsync(ApiCall call, Resource resource)
    {
        var made = await base.CreatedAsync(call, resource);
        if (made.Status == 201)
        {
            await defaults.MakeAsync(call, Of(resource));
        }

        return made;
    }

    protected override async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, Team team) =>
        await defaults.DeleteAsync(call, team) ?? await base.DeleteAsync(call, team);

    protected override void Write(Utf8JsonWriter json, ApiCall call, Team team, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", People.IdOf(team));
        json.WriteString("name", team.Name);
        json.WriteString("description", team.Description);
        if (whole)
        {
            json.WriteStartArray("members");
            foreach (var member in team.Members)
            {
                json.WriteStartObject();
                json.WriteStartObject("user");
                json.WriteString("id", People.IdOf(Policy, "user", member.User));
                json.WriteString("username", member.User);
                json.WriteEndObject();
                json.WriteString("role", member.Admin ? "admin" : "user");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    protected override ApiAnswer? Part(ApiCall call, Team team, string[] path) => path switch
    {
        ["routing-rules", .. var rule] => _rules.Read(team, rule),
        ["roles"] => Lists.Empty(),
        ["logs"] => ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteString("offset", "");
            json.WriteStartArray("logs");
            json.WriteEndArray();
            json.WriteEndObject();
        }),
        _ => null,
    };

    protected override async ValueTask<ApiAnswer> WritePartAsync(ApiCall call, Team team, string[] path) => (call.Method.ToUpperInvariant(), path) switch
    {
        ("POST", ["members"]) => await AddAsync(call, team),
        ("DELETE", ["members", var member]) => await RemoveAsync(call, team, People.NameOf(Policy, "user", member)),
        (_, ["routing-rules", .. var rule]) => await _rules.WriteAsync(call, team, rule) ?? NoPart(call),
        _ => NoPart(call),
    };

    private async ValueTask<ApiAnswer> AddAsync(ApiCall call, Team team)
    {
        var (body, refusal) = await Schedules.ScheduleWrites.ReadAsync(call);
        return refusal ?? await Writes.ChangeAsync(
            call,
            team.Id,
            before =>
            {
                var changed = TeamBody.WithMember(Of(before), body!.Root, Policy);
                return body.Errors.Any ? (null, ApiAnswer.Invalid(body.Errors)) : (new Resource.OfTeam(changed), null);
            },
            "Added");
    }

    private async ValueTask<ApiAnswer> RemoveAsync(ApiCall call, Team team, string user)
    {
        var answer = await Writes.ChangeAsync(
            call,
            team.Id,
            before => TeamBody.WithoutMember(Of(before), user) is { } changed
                ? (new Resource.OfTeam(changed), null)
                : (null, ApiAnswer.NotFound($"The team '{team.Name}' has no member '{Texts.Cut(user, Limits.Alias)}'.")),
            "Removed");
        if (answer.Status == 200)
        {
            await UpdatedAsync(call, team);
        }

        return answer;
    }

    /// <summary>Who has left the team is on call for it no longer.</summary>
    protected override async ValueTask UpdatedAsync(ApiCall call, Team before)
    {
        var now = Policy.FindTeam(before.Name) ?? before with { Members = [] };
        var members = now.Members.Select(member => member.User);
        foreach (var left in before.Members.Select(member => member.User).Except(members, StringComparer.OrdinalIgnoreCase))
        {
            await defaults.LeaveAsync(call, now, left);
        }
    }

    private static ResourceSet<Team> SetOf(IGrains grains) => new(
        grains, "team", "teams", "name", policy => policy.Teams, team => team.Name, People.IdOf,
        team => team.ByApi, (call, team) => call.Key.Sees(team.Name));
}
