using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>An escalation, whole on a create and in part on a PATCH; rules that are given replace all there were.</summary>
internal static class EscalationBody
{
    private const int MostRules = EscalationRules.MostSteps - 1;
    private const int LongestDescription = 10_000;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    public static Escalation Read(ApiCall call, BodyObject body, PolicyVersion policy, Escalation before)
    {
        var after = before with
        {
            Name = Names.Read(body, "name", before.Name),
            Description = Texts.Cut(body.Text("description") ?? before.Description, LongestDescription),
            Team = call.Key.Team ?? (body.Has("ownerTeam") ? Names.Team(body, "ownerTeam", policy) : before.Team),
            Steps = body.Objects("rules") is { } rules ? Steps(rules, policy) : before.Steps,
            Repeat = body.Has("repeat") ? Repeat(body.Object("repeat")) : before.Repeat,
        };
        if (after.Steps.Count is 0 or > MostRules)
        {
            body.Errors.Add("rules", $"rules must hold 1 to {MostRules} rules.");
        }

        return after;
    }

    private static ValueList<EscalationStep> Steps(IReadOnlyList<BodyObject> rules, PolicyVersion policy) => rules
        .Take(MostRules + 1)
        .Select(rule => new EscalationStep(DurationJson.Read(rule, "delay", LongestDelay), Condition(rule), Target(rule, policy)))
        .OrderBy(step => step.Delay)
        .ToValueList();

    private static StepCondition Condition(BodyObject rule)
    {
        switch (rule.Text("condition"))
        {
            case null or "if-not-acked":
                return StepCondition.IfNotAcknowledged;
            case "if-not-closed":
                return StepCondition.IfNotClosed;
            default:
                rule.Errors.Add(rule.PathOf("condition"), "condition must be if-not-acked or if-not-closed.");
                return StepCondition.IfNotAcknowledged;
        }
    }

    private static StepTarget Target(BodyObject rule, PolicyVersion policy)
    {
        if (rule.Object("recipient") is not { } recipient)
        {
            rule.Errors.Add(rule.PathOf("recipient"), "recipient can not be empty.");
            return new StepTarget(StepTargetType.User, "");
        }

        var type = recipient.Text("type")?.ToLowerInvariant() ?? (recipient.Has("username") ? "user" : "");
        var notify = rule.Text("notifyType")?.ToLowerInvariant() ?? "default";
        if (TargetType(type, notify) is not { } target)
        {
            rule.Errors.Add(
                rule.PathOf("notifyType"),
                "A recipient is a user (default), a schedule (default, next, previous) or a team (default, users, all, admins, random).");
            return new StepTarget(StepTargetType.User, "");
        }

        return new StepTarget(target, Names.Reference(recipient, type, policy));
    }

    /// <summary>To notify a team's plain members only would leave out whom a ladder is for: "users" are all members.</summary>
    private static StepTargetType? TargetType(string type, string notify) => (type, notify) switch
    {
        ("user", "default") => StepTargetType.User,
        ("schedule", "default") => StepTargetType.Schedule,
        ("schedule", "next") => StepTargetType.Next,
        ("schedule", "previous") => StepTargetType.Previous,
        ("team", "default" or "users" or "all") => StepTargetType.Team,
        ("team", "admins") => StepTargetType.Admins,
        ("team", "random") => StepTargetType.Random,
        _ => null,
    };

    /// <summary>Terraform sends an empty one for none.</summary>
    private static EscalationRepeat? Repeat(BodyObject? repeat)
    {
        if (repeat is null || !(repeat.Has("waitInterval") || repeat.Has("count")))
        {
            return null;
        }

        var (wait, count) = (repeat.Number("waitInterval") ?? 0, repeat.Number("count") ?? 0);
        if (wait > LongestDelay.TotalMinutes || count > 1000)
        {
            repeat.Errors.Add(repeat.PathOf(count > 1000 ? "count" : "waitInterval"), "repeat has at most 10080 minutes and a count of 1000.");
        }

        return wait == 0 && count == 0 ? null : new EscalationRepeat(
            wait == 0 ? null : TimeSpan.FromMinutes(wait),
            count,
            repeat.Flag("resetRecipientStates") ?? false,
            repeat.Flag("closeAlertAfterAll") ?? false);
    }
}
