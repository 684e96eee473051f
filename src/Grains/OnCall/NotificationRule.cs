using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>How a person wants to be told of these priorities: by one channel after the other while nobody answers.</summary>
public sealed record NotificationRule(ValueList<Priority> Priorities, ValueList<NotificationStep> Steps)
{
    /// <summary>
    /// The notifications of one page. A person without a rule for the priority has one, by all contacts in their order. Each
    /// begins with the contacts of its channel and falls to the others when those fail.
    /// </summary>
    /// <param name="contacts">Those that may be used now: quiet hours leave out some.</param>
    public static ValueList<Notice> Of(User? user, Priority priority, ValueList<DeliveryTarget> contacts)
    {
        var steps = user?.Rules.FirstOrDefault(rule => rule.Priorities.Contains(priority))?.Steps ?? [];
        var notifications = steps
            .Where(step => contacts.Any(contact => contact.Channel == step.Channel))
            .Select(step => new Notice(step.After, contacts.OrderBy(contact => contact.Channel == step.Channel ? 0 : 1).ToValueList()))
            .ToValueList();
        return notifications.Count > 0 ? notifications : [new Notice(TimeSpan.Zero, contacts)];
    }
}

/// <param name="Channel">Of one or more of the person's contacts.</param>
/// <param name="After">Since the page was made.</param>
public sealed record NotificationStep(string Channel, TimeSpan After);

public sealed record Notice(TimeSpan After, ValueList<DeliveryTarget> Targets);
