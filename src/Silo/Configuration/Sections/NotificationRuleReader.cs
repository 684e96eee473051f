using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class NotificationRuleReader
{
    private static readonly Format<TimeSpan> After = Format.Duration(TimeSpan.Zero, TimeSpan.FromDays(1));

    public static NotificationRule Read(Entry entry)
    {
        var rule = new NotificationRule(
            entry.Items("priorities").Select(item => entry.Read(item, Format.Priority)).ToValueList(),
            entry.Entries("steps", step => new NotificationStep(
                step.RequiredReference("channel", Section.Channels), step.Optional("after", After, TimeSpan.Zero))));
        if (rule.Priorities.Count == 0)
        {
            entry.Missing("priorities", "at least one of " + Format.Priority.Allowed);
        }

        if (rule.Steps.Count == 0)
        {
            entry.Missing("steps", "at least one step");
        }

        return rule;
    }

    /// <summary>A step for which there is no contact would be passed over in silence.</summary>
    public static void CheckChannels(Entry entry, User user)
    {
        var channels = user.Contacts.Select(contact => contact.Channel).ToHashSet(StringComparer.Ordinal);
        foreach (var step in user.Rules.SelectMany(rule => rule.Steps).Where(step => !channels.Contains(step.Channel)))
        {
            entry.Reading.Error(
                entry.Where("notification_rules"),
                $"names channel '{step.Channel}', by which the user has no contact",
                channels.Count == 0 ? "contacts first" : string.Join(", ", channels.Order(StringComparer.Ordinal)),
                step.Channel);
        }
    }
}
