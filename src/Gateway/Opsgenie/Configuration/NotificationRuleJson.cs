using System.Text.Json;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>A person's rules as Opsgenie shows them; one of a file has an id made of its place.</summary>
internal static class NotificationRuleJson
{
    public static string DefaultId(User user) => People.DerivedIdOf("notification rule", user.Name);

    /// <summary>In the order in which they are asked; the last is what holds when no other does.</summary>
    public static IReadOnlyList<NotificationRule> Of(User user) =>
    [
        .. user.Rules.Select((rule, at) => rule.Id.Length > 0 ? rule : OfFile(user, rule, at)),
        new NotificationRule(NotificationRuleBody.Every, user.Contacts.Select((contact, at) => ByDefault(user, contact, at)).ToValueList()) { Id = DefaultId(user), Name = "New Alert" },
    ];

    public static void Write(Utf8JsonWriter json, PolicyVersion policy, User user, NotificationRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("name", rule.Name);
        json.WriteString("actionType", rule.Of == NotifiedOf.Assignment ? "assigned-alert" : "create-alert");
        json.WriteNumber("order", Of(user).ToList().FindIndex(one => one.Id == rule.Id));
        json.WriteBoolean("enabled", rule.Enabled);
        CriteriaJson.Write(json, "criteria", rule.Criteria);
        if (rule.Hours.Count > 0)
        {
            RestrictionJson.Write(json, rule.Hours);
        }

        json.WriteStartArray("notificationTime");
        json.WriteEndArray();
        json.WriteStartArray("schedules");
        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var step in rule.Steps)
        {
            Write(json, policy, user, step, null);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <param name="parent">Of one by itself.</param>
    public static void Write(
        Utf8JsonWriter json, PolicyVersion policy, User user, NotificationStep step, NotificationRule? parent)
    {
        // Its contact may be gone or switched off: it is passed over then.
        var contact = user.Contacts.FirstOrDefault(step.Names) ?? new DeliveryTarget(step.Channel, step.Address);
        json.WriteStartObject();
        if (parent is not null)
        {
            json.WritePropertyName("_parent");
            Lists.WriteMeta(json, parent.Id, parent.Name);
        }

        json.WriteString("id", step.Id);
        json.WriteStartObject("contact");
        json.WriteString("method", ContactApi.MethodOf(policy, contact));
        json.WriteString("to", contact.Address);
        json.WriteEndObject();
        DurationJson.Write(json, "sendAfter", step.After);
        json.WriteBoolean("enabled", step.Enabled);
        json.WriteEndObject();
    }

    private static NotificationRule OfFile(User user, NotificationRule rule, int at) => rule with
    {
        Id = People.DerivedIdOf("notification rule", $"{user.Name} {at}"),
        Name = string.Join(", ", rule.Priorities),
        Criteria = new AlertCriteria(
            CriteriaType.MatchAnyCondition,
            rule.Priorities.Select(one => new AlertCondition(CriteriaField.Priority, "", CriteriaOperation.Equals, one.ToString(), Not: false)).ToValueList()),
        Steps = rule.Steps.Select((step, number) => step with { Id = IdOf(user, $"{at} {number}") }).ToValueList(),
    };

    private static NotificationStep ByDefault(User user, DeliveryTarget contact, int at) =>
        new(contact.Channel, TimeSpan.Zero) { Address = contact.Address, Id = IdOf(user, $"default {at}") };

    private static string IdOf(User user, string place) =>
        DerivedId.Of("notification step", $"{user.Name} {place}", 0).ToString();
}
