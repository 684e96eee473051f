using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// An escalation, whole on a create and in part on a PATCH; rules that are given replace all there were.
/// </summary>
internal static class EscalationBody
{
    private const int MostRules = EscalationRules.MostSteps - 1;
    private const int MostClimbs = 1_000;
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
        if (Escalation.ScheduleOf(after.Name) is not null)
        {
            body.Errors.Add(
                "name", "name can not begin with 'schedule:', which stands for who is on call by a schedule.");
        }

        if (after.Steps.Count is 0 or > MostRules)
        {
            body.Errors.Add("rules", $"rules must hold 1 to {MostRules} rules.");
        }

        return after;
    }

    private static ValueList<EscalationStep> Steps(IReadOnlyList<BodyObject> rules, PolicyVersion policy) => rules
        .Take(MostRules + 1)
        .Select(rule => new EscalationStep(DurationJson.Read(rule, "delay", LongestDelay), Condition(rule), Target(rule, policy)) { Said = Said(rule) })
        .OrderBy(step => step.Delay)
        .ToValueList();

    /// <summary>Whoever reads it back compares: of a team three words are all its members.</summary>
    private static string Said(BodyObject rule) => rule.Text("notifyType")?.ToLowerInvariant() switch
    {
        null => "default",
        "default" or "users" or "all" => rule.Text("notifyType")!.ToLowerInvariant(),
        _ => "",
    };

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

    /// <summary>
    /// To notify a team's plain members only would leave out whom a ladder is for: "users" are all members.
    /// </summary>
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

    /// <summary>Terraform sends one that is empty, or all of it zero and false, for none.</summary>
    private static EscalationRepeat? Repeat(BodyObject? repeat)
    {
        var (wait, count) = (repeat?.Number("waitInterval") ?? 0, repeat?.Number("count"));
        var (resets, closes) = (repeat?.Flag("resetRecipientStates") ?? false, repeat?.Flag("closeAlertAfterAll") ?? false);
        if (repeat is null || (wait == 0 && count is null or 0 && !resets && !closes))
        {
            return null;
        }

        if (wait < 0 || wait > LongestDelay.TotalMinutes)
        {
            repeat.Errors.Add(
                repeat.PathOf("waitInterval"), $"waitInterval must be from 0 to {LongestDelay.TotalMinutes} minutes.");
        }

        if (count is < 0 or > MostClimbs || (closes && count is null))
        {
            repeat.Errors.Add(
                repeat.PathOf("count"), $"count must be from 0 to {MostClimbs}, and be given with closeAlertAfterAll.");
        }

        return new EscalationRepeat(wait == 0 ? null : TimeSpan.FromMinutes(wait), count, resets, closes);
    }
}
