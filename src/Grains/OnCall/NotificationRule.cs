using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// How a person wants to be told of these priorities: by one channel after the other while nobody answers.
/// </summary>
/// <param name="Priorities">All of them for one that was made through an API, whose criteria say which.</param>
public sealed record NotificationRule(ValueList<Priority> Priorities, ValueList<NotificationStep> Steps)
{
    /// <summary>Of one made through an API; empty for one of a file.</summary>
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public NotifiedOf Of { get; init; } = NotifiedOf.Page;

    /// <summary>Of what the page says; see <see cref="AsSignal"/>.</summary>
    public AlertCriteria Criteria { get; init; } = AlertCriteria.All;

    /// <summary>It holds within any of them, on the person's wall clock; always when there are none.</summary>
    public ValueList<TimeWindow> Hours { get; init; } = [];

    public bool Enabled { get; init; } = true;

    /// <summary>
    /// The notifications of one page. A person without a rule for it has one, by all contacts in their order. Each
    /// begins with the contacts that its step names and falls to the others when those fail.
    /// </summary>
    /// <param name="page">What it says, as urgent as it is now.</param>
    /// <param name="isGiven">A person has given the incident to them.</param>
    /// <param name="contacts">Those that may be used now: quiet hours leave out some.</param>
    public static ValueList<Notice> NoticesOf(
        User? user, PageText page, bool isGiven, DateTimeOffset at, ValueList<DeliveryTarget> contacts)
    {
        var steps = RuleOf(user, page, isGiven, at)?.Steps ?? [];
        var notifications = steps
            .Where(step => step.Enabled && contacts.Any(step.Names))
            .OrderBy(step => step.After)
            .Select(
                step => new Notice(step.After, contacts.OrderBy(contact => step.Names(contact) ? 0 : 1).ToValueList()))
            .ToValueList();
        return notifications.Count > 0 ? notifications : [new Notice(TimeSpan.Zero, contacts)];
    }

    /// <summary>Of two rules for one page that of what was given goes first.</summary>
    private static NotificationRule? RuleOf(User? user, PageText page, bool isGiven, DateTimeOffset at)
    {
        if (user is null || user.Rules.Count == 0)
        {
            return null;
        }

        var signal = AsSignal(page);
        return user.Rules
            .Where(rule => rule.Of == NotifiedOf.Page || isGiven)
            .OrderByDescending(rule => rule.Of)
            .FirstOrDefault(rule => rule.Holds(user, signal, page.Priority, at));
    }

    /// <summary>
    /// One without a step that is in force says nothing: who switched all of them off is paged all the same.
    /// </summary>
    private bool Holds(User user, Signal signal, Priority priority, DateTimeOffset at) =>
        Enabled && Priorities.Contains(priority) && Steps.Any(step => step.Enabled) &&
        Hours.Hold(user.TimeZone, at) && Criteria.Matches(signal, priority);

    /// <summary>A page is of an incident: criteria are asked of its message, description, entity and team.</summary>
    private static Signal AsSignal(PageText page) => new()
    {
        Alias = "",
        Message = page.Title,
        Description = page.Body,
        Entity = page.Entity,
        KeyTeam = page.Team,
    };
}

/// <summary>What has made the page.</summary>
public enum NotifiedOf : byte
{
    /// <summary>Anything.</summary>
    Page = 1,

    /// <summary>A person has given the incident to them.</summary>
    Assignment = 2,
}

/// <param name="Channel">Of one or more of the person's contacts.</param>
/// <param name="After">Since the page was made.</param>
public sealed record NotificationStep(string Channel, TimeSpan After)
{
    /// <summary>Of the one contact that it names; empty for all contacts of the channel.</summary>
    public string Address { get; init; } = "";

    /// <summary>Of one made through an API.</summary>
    public string Id { get; init; } = "";

    public bool Enabled { get; init; } = true;

    public bool Names(DeliveryTarget contact) =>
        contact.Channel == Channel && (Address.Length == 0 || contact.Address == Address);
}

public sealed record Notice(TimeSpan After, ValueList<DeliveryTarget> Targets);
