using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// Alert policies, which change alerts as they open, of all teams or of the one that <c>teamId</c> names; and
/// notification policies of one team, which change their pages.
/// </summary>
internal sealed class PolicyApi(IGrains grains, ResourceWrites writes) : ResourceApi<AlertPolicy>(SetOf(grains), writes)
{
    protected override bool NamesAreUnique => false;

    protected override bool ChangesAreNamed => false;

    public override ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string[] path) => path switch
    {
        ["alert"] when call.Is("GET") => AlertApi.WithRight(call, KeyRights.Read, () => new(List(call))),
        ["notification"] when call.Is("GET") =>
            AlertApi.WithRight(call, KeyRights.Read, () => new(List(call, Policy.NotificationPolicies))),
        [var one, .. var rest] when !(rest is [] && (call.Is("PUT") || call.Is("PATCH"))) && RefuseOtherTeam(call, one) is { } refusal => new(refusal),
        _ => base.AnswerAsync(call, path),
    };

    /// <summary>One that is changed moves there.</summary>
    private ApiAnswer? RefuseOtherTeam(ApiCall call, string identifier) =>
        call.Query["teamId"].Length > 0 && Things.Find(call, identifier).Found is { } rule &&
            (TeamOf(call) is not { } team || !IsOf(rule, team))
            ? ApiAnswer.NotFound(
                $"The policy '{rule.Name}' is {(rule.Team is { } own ? $"of the team '{own}'" : "of all teams")}, not of the one that teamId names.")
            : null;

    protected override ApiAnswer List(ApiCall call) => List(call, Policy.AlertPolicies);

    private ApiAnswer List(ApiCall call, IEnumerable<AlertPolicy> all)
    {
        var team = TeamOf(call);
        return team is null && call.Query["teamId"].Length > 0
            ? Lists.Empty()
            : Lists.Of(
                InScope(all, team).Where(rule => Things.Sees(call, rule)),
                (json, rule) => Write(json, call, rule, whole: false));
    }

    protected override Resource Read(ApiCall call, BodyObject body, AlertPolicy? before)
    {
        var given = call.Query["teamId"].Length > 0;
        if (given && TeamOf(call) is null)
        {
            body.Errors.Add("teamId", $"There is no team '{Texts.Cut(call.Query["teamId"], Limits.Alias)}'.");
        }

        var team = TeamOf(call);
        if (before is null || (given && !IsOf(before with { Team = Policy.FindTeam(before.Team ?? "")?.Name }, team)))
        {
            var last = All(Policy).Where(rule => IsOf(rule, team)).Max(rule => (double?)rule.Rank) ?? 0;
            before = (before ?? new AlertPolicy(Writes.NewId(), "", AlertCriteria.All)) with { Team = team, Rank = last + 1 };
        }

        return new Resource.OfAlertPolicy(PolicyBody.Read(body, Policy, before));
    }

    protected override AlertPolicy Of(Resource resource) => ((Resource.OfAlertPolicy)resource).Policy;

    protected override ValueTask<ApiAnswer> CreatedAsync(ApiCall call, Resource resource) => Writes.CreateAsync(call, resource, json =>
    {
        json.WriteString("type", PolicyBody.TypeOf(Of(resource)));
        json.WriteBoolean("enabled", Of(resource).Enabled);
    });

    protected override ValueTask<ApiAnswer> WritePartAsync(ApiCall call, AlertPolicy rule, string[] path)
    {
        return (call.Method.ToUpperInvariant(), path) switch
        {
            ("POST", ["enable"]) => ChangeAsync(call, rule, before => before with { Enabled = true }, "Enabled"),
            ("POST", ["disable"]) => ChangeAsync(call, rule, before => before with { Enabled = false }, "Disabled"),
            ("POST", ["change-order"]) => MoveAsync(call, rule),
            _ => new(NoPart(call)),
        };
    }

    protected override void Write(Utf8JsonWriter json, ApiCall call, AlertPolicy rule, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("name", rule.Name);
        json.WriteString("type", PolicyBody.TypeOf(rule));
        json.WriteNumber("order", Beside(rule).IndexOf(rule));
        json.WriteBoolean("enabled", rule.Enabled);
        if (whole)
        {
            PolicyBody.Write(json, Policy, rule);
        }

        json.WriteEndObject();
    }

    private async ValueTask<ApiAnswer> MoveAsync(ApiCall call, AlertPolicy rule)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        // The Go SDK leaves out a zero.
        var index = body!.Root.Number("targetIndex") ?? 0;
        if (body.Errors.Any || index < 0)
        {
            return ApiAnswer.Invalid("targetIndex", "targetIndex must be a number from 0.");
        }

        var others = Beside(rule).Where(other => other.Id != rule.Id).ToList();
        index = Math.Min(index, others.Count);
        var (before, after) = (index == 0 ? null : others[index - 1], index == others.Count ? null : others[index]);
        var rank = (before, after) switch
        {
            (null, null) => rule.Rank,
            (null, _) => after.Rank - 1,
            (_, null) => before.Rank + 1,
            _ => (before.Rank + after.Rank) / 2,
        };
        return await ChangeAsync(call, rule, one => one with { Rank = rank }, "Updated");
    }

    private ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call, AlertPolicy rule, Func<AlertPolicy, AlertPolicy> change, string result) =>
        Writes.ChangeAsync(
            call, rule.Id, before => (new Resource.OfAlertPolicy(change(Of(before))), null), result, about: _ => null);

    /// <summary>A team's key has that team's; null for those of all teams, and of a team that nobody knows.</summary>
    private string? TeamOf(ApiCall call) => call.Key.Team
        ?? (call.Query["teamId"] is { Length: > 0 } id ? Policy.FindTeam(People.NameOf(Policy, "team", id))?.Name : null);

    /// <summary>With those of its team and type, in their order.</summary>
    private List<AlertPolicy> Beside(AlertPolicy rule) =>
        InScope(rule.Paging is null ? Policy.AlertPolicies : Policy.NotificationPolicies, rule.Team);

    private static List<AlertPolicy> InScope(IEnumerable<AlertPolicy> all, string? team) =>
        [.. all.Where(rule => IsOf(rule, team))];

    private static bool IsOf(AlertPolicy rule, string? team) =>
        string.Equals(rule.Team, team, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<AlertPolicy> All(PolicyVersion policy) =>
        policy.AlertPolicies.Concat(policy.NotificationPolicies);

    private static ResourceSet<AlertPolicy> SetOf(IGrains grains) => new(
        grains, "policy", "policies", "name", All, rule => rule.Name, rule => rule.Id,
        _ => true, (call, rule) => call.Key.Sees(rule.Team ?? ""));
}
