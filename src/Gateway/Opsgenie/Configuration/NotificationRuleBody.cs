using Correlation.Gateway.Contacts;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// A notification rule, whole on a create and in part on a PATCH; steps that are given replace all there were.
/// </summary>
internal static class NotificationRuleBody
{
    public const int MostSteps = 20;

    /// <summary>Which priorities a rule takes is said by its criteria.</summary>
    public static readonly ValueList<Priority> Every = Enum.GetValues<Priority>().ToValueList();

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private static readonly CriteriaField[] OfPages =
        [CriteriaField.Message, CriteriaField.Description, CriteriaField.Entity, CriteriaField.Teams, CriteriaField.Priority];

    /// <param name="user">Whose contacts the steps name.</param>
    public static NotificationRule Read(
        BodyObject body, PolicyVersion policy, User user, NotificationRule before, Func<string> newId)
    {
        Refuse(body, "repeat", Repeats(body), "what nobody answers is repeated by the escalation");
        Refuse(
            body,
            "notificationTime",
            body.Strings("notificationTime") is { Count: > 0 },
            "nobody is told of turns on call");
        Refuse(body, "schedules", body.Objects("schedules") is { Count: > 0 }, "nobody is told of turns on call");
        return before with
        {
            Name = Names.Read(body, "name", before.Name),
            Of = Action(body, isNew: before.Name.Length == 0) ?? before.Of,
            Criteria = body.Has("criteria") ? Criteria(body) : before.Criteria,
            Hours = body.Has("timeRestriction") ? RestrictionJson.Read(body.Object("timeRestriction")) : before.Hours,
            Enabled = body.Flag("enabled") ?? before.Enabled,
            Steps = body.Objects("steps") is { } steps ? Steps(body, steps, policy, user, newId) : before.Steps,
        };
    }

    /// <summary>A step by itself, or a part of a rule.</summary>
    public static NotificationStep Step(BodyObject body, PolicyVersion policy, User user, NotificationStep before)
    {
        var step = before with
        {
            After = body.Has("sendAfter") ? DurationJson.Read(body, "sendAfter", LongestWait) : before.After,
            Enabled = body.Flag("enabled") ?? before.Enabled,
        };
        if (body.Object("contact") is not { } contact)
        {
            if (before.Channel.Length == 0)
            {
                body.Errors.Add(body.PathOf("contact"), "contact can not be empty.");
            }

            return step;
        }

        var (method, to) = (contact.Text("method")?.ToLowerInvariant() ?? "", contact.Text("to") ?? "");
        var found = ContactBook.Of(policy, user).FirstOrDefault(one =>
            ContactApi.MethodOf(policy, one.Target) == method &&
                one.Target.Address.Equals(to, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            contact.Errors.Add(
                contact.PathOf("to"), $"The user '{user.Name}' has no contact of method '{Texts.Cut(method, Limits.Alias)}' to '{Texts.Cut(to, Limits.Alias)}': make it first.");
            return step;
        }

        return step with { Channel = found.Target.Channel, Address = found.Target.Address };
    }

    private static ValueList<NotificationStep> Steps(
        BodyObject body, IReadOnlyList<BodyObject> steps, PolicyVersion policy, User user, Func<string> newId)
    {
        if (steps.Count > MostSteps)
        {
            body.Errors.Add("steps", $"steps must hold at most {MostSteps} steps.");
        }

        return steps.Take(MostSteps)
            .Select(step => Step(step, policy, user, new NotificationStep("", default) { Id = newId() }))
            .ToValueList();
    }

    private static NotifiedOf? Action(BodyObject body, bool isNew)
    {
        switch (body.Text("actionType")?.ToLowerInvariant())
        {
            case null when !isNew:
                return null;
            case "create-alert":
                return NotifiedOf.Page;
            case "assigned-alert":
                return NotifiedOf.Assignment;
            default:
                body.Errors.Add(
                    "actionType",
                    "actionType must be create-alert or assigned-alert: acknowledging, closing and notes show in the message that a page was, " +
                    "and turns on call in the calendar.");
                return null;
        }
    }

    private static AlertCriteria Criteria(BodyObject body)
    {
        var criteria = CriteriaJson.Read(body, "criteria");
        foreach (var (condition, at) in criteria.Conditions.Select((condition, at) => (condition, at)))
        {
            if (condition.Field != default && !OfPages.Contains(condition.Field))
            {
                body.Errors.Add(
                    $"criteria.conditions[{at}].field", "field must be message, description, entity, teams or priority: a page is of an incident, not of one alert.");
            }
        }

        return criteria;
    }

    /// <summary>Terraform and the Go SDK send one that is off, or empty, for none.</summary>
    private static bool Repeats(BodyObject body) =>
        body.Object("repeat") is { } repeat && repeat.Flag("enabled") != false && repeat.Number("loopAfter") is > 0;

    private static void Refuse(BodyObject body, string field, bool isGiven, string why)
    {
        if (isGiven)
        {
            body.Errors.Add(field, $"{field} is not supported: {why}.");
        }
    }
}
