using System.Text.Json;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// A team's routing rules: its own in their order, and last the default one, which is the team's escalation. Each is a
/// change of its team.
/// </summary>
internal sealed class RoutingRules(ResourceWrites writes, Func<PolicyVersion> policy)
{
    private const int Most = 100;

    public ApiAnswer? Read(Team team, string[] path) => path switch
    {
        [] => ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var rule in team.RoutingRules)
            {
                Write(json, team, rule);
            }

            Write(json, team, Default(team));
            json.WriteEndArray();
        }),
        [var id] => Find(team, id) is { } found ? ApiAnswer.Ok(json => Write(json, team, found)) : None(team, id),
        _ => null,
    };

    /// <returns>Null for what is no change of a rule.</returns>
    public async ValueTask<ApiAnswer?> WriteAsync(ApiCall call, Team team, string[] path) => (call.Method.ToUpperInvariant(), path) switch
    {
        ("POST", []) => await CreateAsync(call, team),
        ("PATCH" or "PUT", [var id]) => await ChangeAsync(call, team, id, Updated, "Updated"),
        ("DELETE", [var id]) => await DeleteAsync(call, team, id),
        ("POST", [var id, "change-order"]) => await ChangeAsync(call, team, id, Moved, "Updated"),
        _ => null,
    };

    private async ValueTask<ApiAnswer> CreateAsync(ApiCall call, Team team)
    {
        var id = writes.NewId();
        return await ChangeAsync(
            call,
            team,
            (before, body) =>
            {
                if (before.RoutingRules.Count >= Most)
                {
                    body.Errors.Add("name", $"A team has at most {Most} routing rules.");
                }

                var made = Changed(
                    body,
                    new RoutingRule(id, $"Rule{before.RoutingRules.Count + 1}", AlertCriteria.All, "UTC", [], ""));
                return Ordered(before with { RoutingRules = before.RoutingRules.Add(made) }, made, body);
            },
            "Created",
            201,
            after => after.RoutingRules.FirstOrDefault(rule => rule.Id == id));
    }

    private async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, Team team, string id) => id == Default(team).Id
        ? new ApiAnswer(422) { Message = "The default routing rule cannot be deleted: it goes with its team." }
        : Find(team, id) is null ? None(team, id)
        : await writes.ChangeAsync(
            call, team.Id, before => (new Resource.OfTeam(Without(((Resource.OfTeam)before).Team, id)), null),
            "Deleted", about: _ => null);

    private ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call, Team team, string id, Func<Team, RoutingRule, BodyObject, Team> change, string result) => Find(team, id) is null
        ? new(None(team, id))
        : ChangeAsync(
            call,
            team,
            (before, body) => Find(before, id) is { } rule ? change(before, rule, body) : before,
            result,
            200,
            after => Find(after, id));

    private async ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call, Team team,
        Func<Team, BodyObject, Team> change, string result, int status, Func<Team, RoutingRule?> about)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        return refusal ?? await writes.ChangeAsync(
            call,
            team.Id,
            before =>
            {
                var changed = change(((Resource.OfTeam)before).Team, body!.Root);
                return body.Errors.Any ? (null, ApiAnswer.Invalid(body.Errors)) : (new Resource.OfTeam(changed), null);
            },
            result,
            status,
            after => about(((Resource.OfTeam)after).Team) is { } rule ? (rule.Id, rule.Name) : (after.Id, after.Name));
    }

    private Team Updated(Team before, RoutingRule rule, BodyObject body)
    {
        if (rule.Id == Default(before).Id)
        {
            return before with { Escalation = Notify(body, before.Escalation, isDefault: true) };
        }

        var changed = Changed(body, rule);
        var rules = before.RoutingRules.Select(one => one.Id == rule.Id ? changed : one).ToValueList();
        return Ordered(before with { RoutingRules = rules }, changed, body);
    }

    private static Team Moved(Team before, RoutingRule rule, BodyObject body)
    {
        if (rule.Id == Default(before).Id || body.Number("order") is not >= 0)
        {
            body.Errors.Add(
                "order",
                "order must be a number from 0, and of a rule that is not the default one, which is the last.");
        }

        return Ordered(before, rule, body);
    }

    /// <summary>Terraform makes the rules of a team side by side: a later one may come before those that it follows.</summary>
    private static Team Ordered(Team team, RoutingRule rule, BodyObject body)
    {
        if (body.Number("order") is not { } order)
        {
            return team;
        }

        var rules = Without(team, rule.Id).RoutingRules.ToList();
        var place = Math.Clamp(order, 0, rules.Count);
        while (place > 0 && rules[place - 1].Awaits > order)
        {
            place--;
        }

        rules.Insert(place, rule with { Awaits = order });
        return team with
        {
            RoutingRules = rules.Select((one, at) => one with { Awaits = one.Awaits > at ? one.Awaits : null })
                .ToValueList(),
        };
    }

    private RoutingRule Changed(BodyObject body, RoutingRule before) => before with
    {
        Name = Names.Read(body, "name", before.Name),
        Criteria = body.Has("criteria") ? CriteriaJson.Read(body, "criteria") : before.Criteria,
        TimeZone = Zone(body) ?? before.TimeZone,
        Hours = body.Has("timeRestriction") ? RestrictionJson.Read(body.Object("timeRestriction")) : before.Hours,
        Escalation = Notify(body, before.Escalation, isDefault: false),
    };

    /// <summary>
    /// Only the default rule may notify none: it is then the default team's escalation, for somebody has to be told.
    /// </summary>
    private string Notify(BodyObject body, string before, bool isDefault)
    {
        var (notify, known) = (body.Object("notify"), Escalation.ScheduleOf(before) ?? before);
        switch (notify?.Text("type")?.ToLowerInvariant())
        {
            case null when before.Length > 0 || isDefault:
                return before;
            case "none" when isDefault:
                return "";
            case "escalation":
                return Names.Reference(notify, "escalation", policy(), known);
            case "schedule":
                return Names.Reference(notify, "schedule", policy(), known) is { Length: > 0 } schedule
                    ? Escalation.NameOf(schedule)
                    : "";
            default:
                body.Errors.Add(
                    "notify.type", "notify must name a schedule or an escalation: what pages nobody is said by silences and maintenance.");
                return before;
        }
    }

    private static string? Zone(BodyObject body)
    {
        if (body.Text("timezone") is not { } zone || DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null)
        {
            return body.Text("timezone");
        }

        body.Errors.Add(
            "timezone", $"timezone '{Texts.Cut(zone, Limits.Alias)}' is not a name of the IANA time zone database.");
        return null;
    }

    private static Team Without(Team team, string id) =>
        team with { RoutingRules = team.RoutingRules.Where(rule => rule.Id != id).ToValueList() };

    private static RoutingRule? Find(Team team, string id) =>
        team.RoutingRules.Append(Default(team)).FirstOrDefault(rule => rule.Id == id);

    private static RoutingRule Default(Team team) =>
        new(
            People.DerivedIdOf("routing rule", team.Name),
            "Default Routing Rule",
            AlertCriteria.All,
            "UTC",
            [],
            team.Escalation);

    private static ApiAnswer None(Team team, string id) =>
        ApiAnswer.NotFound($"The team '{team.Name}' has no routing rule '{Texts.Cut(id, Limits.Alias)}'.");

    private void Write(Utf8JsonWriter json, Team team, RoutingRule rule)
    {
        var order = team.RoutingRules.ToList().IndexOf(rule);
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("name", rule.Name);
        json.WriteBoolean("isDefault", order < 0);
        json.WriteNumber("order", order < 0 ? team.RoutingRules.Count : order);
        CriteriaJson.Write(json, "criteria", rule.Criteria);
        json.WriteString("timezone", rule.TimeZone);
        if (rule.Hours.Count > 0)
        {
            RestrictionJson.Write(json, rule.Hours);
        }

        json.WriteStartObject("notify");
        var (type, name) = Escalation.ScheduleOf(rule.Escalation) is { } schedule ? ("schedule", schedule)
            : rule.Escalation.Length > 0 ? ("escalation", rule.Escalation)
            : ("none", "");
        json.WriteString("type", type);
        if (name.Length > 0)
        {
            json.WriteString("id", People.IdOf(policy(), type, name));
            json.WriteString("name", name);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
