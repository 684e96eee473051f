using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class EscalationReader
{
    private static readonly Format<TimeSpan> After = Format.Duration(TimeSpan.Zero, TimeSpan.FromDays(7));

    private static readonly Format<StepCondition> Condition = Format.OneOf(
        ("not_acknowledged", StepCondition.IfNotAcknowledged),
        ("not_closed", StepCondition.IfNotClosed));

    private static readonly Format<StepTargetType> TargetType = Format.OneOf(
        ("user", StepTargetType.User),
        ("schedule", StepTargetType.Schedule),
        ("team", StepTargetType.Team),
        ("channel", StepTargetType.Channel));

    private static readonly Format<string> Notify = Format.Of(
        "user:<name>, schedule:<name>, team:<name> or channel:<name>",
        "does not say whom to notify",
        text => text.Split(':', 2) is [var type, { Length: > 0 }] && TargetType.Read(type, out _) is null);

    public static Escalation Read(Entry entry)
    {
        var escalation = new Escalation(
            entry.Name(Section.Escalations),
            entry.Text("description"),
            entry.Reference("team", Section.Teams),
            ReadSteps(entry));
        if (escalation.Steps.Count == 0)
        {
            entry.Missing("steps", "at least one step");
        }

        return escalation;
    }

    /// <summary>Delays count from the first page, so a step before its predecessor is a slip.</summary>
    private static ValueList<EscalationStep> ReadSteps(Entry entry)
    {
        var earliest = TimeSpan.Zero;
        return entry.Entries("steps", step =>
        {
            var delay = step.Required("after", After);
            var at = step.Where("after");
            if (Durations.TryParse(at.Text ?? "", out _) && delay < earliest)
            {
                var allowed = $"{Durations.Format(earliest)} or more: it counts from the first page";
                step.Reading.Error(at, "is before the step above it", allowed);
            }

            earliest = delay > earliest ? delay : earliest;
            return new EscalationStep(
                delay, step.Optional("if", Condition, StepCondition.IfNotAcknowledged), ReadTarget(step));
        });
    }

    private static StepTarget ReadTarget(Entry entry)
    {
        var text = entry.Required("notify", Notify);
        if (text.Split(':', 2) is not [var word, var name] || TargetType.Read(word, out var type) is not null)
        {
            return new StepTarget(StepTargetType.User, "");
        }

        var at = entry.Where("notify");
        entry.Reading.Refer(SectionOf(type), name, at);
        if (type == StepTargetType.Channel)
        {
            ChannelAddress.Check(entry.Reading, at, new DeliveryTarget(name, ""));
        }

        return new StepTarget(type, name);
    }

    private static Section SectionOf(StepTargetType type) => type switch
    {
        StepTargetType.User => Section.Users,
        StepTargetType.Schedule => Section.Schedules,
        StepTargetType.Team => Section.Teams,
        StepTargetType.Channel => Section.Channels,
        _ => throw new System.Diagnostics.UnreachableException($"No section for {type}."),
    };
}
