using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class EscalationReader
{
    private static readonly Format<TimeSpan> After = Format.Duration(TimeSpan.Zero, TimeSpan.FromDays(7));

    private static readonly Format<TimeSpan> Wait = Format.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));

    private static readonly Format<int> Count = Format.Number(0, 1000);

    private static readonly Format<StepCondition> Condition = Format.OneOf(
        ("not_acknowledged", StepCondition.IfNotAcknowledged),
        ("not_closed", StepCondition.IfNotClosed));

    private static readonly Format<StepTargetType> TargetType = Format.OneOf(
        [.. Enum.GetValues<StepTargetType>().Select(type => (StepTarget.Word(type), type))]);

    private static readonly Format<string> Notify = Format.Of(
        string.Join(", ", Enum.GetValues<StepTargetType>().Select(type => StepTarget.Word(type) + ":<name>")),
        "does not say whom to notify",
        text => text.Split(':', 2) is [var type, { Length: > 0 }] && TargetType.Read(type, out _) is null);

    public static Escalation Read(Entry entry)
    {
        var escalation = new Escalation(
            entry.Name(Section.Escalations),
            entry.Text("description"),
            entry.Reference("team", Section.Teams),
            ReadSteps(entry))
        {
            AcknowledgeTimeout = entry.Find("acknowledge_timeout") is { } timeout
                ? entry.Read(timeout, SettingsReader.AcknowledgeTimeout)
                : null,
            Repeat = entry.Find("repeat") is { } repeat && Entry.Of(entry.Reading, repeat) is { } found
                ? found.All(ReadRepeat)
                : null,
        };
        if (escalation.Steps.Count == 0)
        {
            entry.Missing("steps", "at least one step");
        }

        var steps = entry.Where("steps");
        entry.Reading.OnceAllIsRead(policy => CheckNesting(entry.Reading, steps, policy, escalation));
        return escalation;
    }

    private static EscalationRepeat ReadRepeat(Entry entry)
    {
        var repeat = new EscalationRepeat(
            entry.Find("wait") is { } wait ? entry.Read(wait, Wait) : null,
            entry.Find("count") is { } count ? entry.Read(count, Count) : null,
            entry.Optional("reset_acknowledgement", Format.Flag, false),
            entry.Optional("close_after_all", Format.Flag, false));
        if (repeat is { ClosesAfterAll: true, Count: null })
        {
            entry.Missing("count", "how often it is climbed again before it closes the incident: " + Count.Allowed);
        }

        return repeat;
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
        else if (type == StepTargetType.Admins)
        {
            entry.Reading.OnceAllIsRead(policy =>
            {
                if (policy.FindTeam(name) is { } team && !team.Members.Any(member => member.Admin))
                {
                    entry.Reading.Error(
                        at, $"names team '{name}', which has no admin", "a team with a member that has admin: true");
                }
            });
        }

        return new StepTarget(type, name);
    }

    /// <summary>A ladder that leads back to itself would have no end, and one of a thousand steps is a slip.</summary>
    private static void CheckNesting(Reading reading, Field at, PolicyVersion policy, Escalation escalation)
    {
        if (TooDeep(policy, escalation) is { } way)
        {
            var isCircle = way.Distinct(StringComparer.OrdinalIgnoreCase).Count() < way.Count;
            reading.Error(
                at,
                (isCircle ? "lead in a circle: " : "are nested too deep: ") + string.Join(" > ", way),
                $"escalations that name each other at most {EscalationRules.DeepestNesting} deep and never in a circle",
                escalation.Name);
        }
        else if (!reading.HasErrors && EscalationRules.HasTooMany(policy, escalation))
        {
            reading.Error(
                at,
                "are too many with those of the escalations they name",
                $"fewer than {EscalationRules.MostSteps} steps");
        }
    }

    /// <summary>
    /// The first way down that does not end in time; one that goes round is cut where it meets itself.
    /// </summary>
    private static ValueList<string>? TooDeep(PolicyVersion policy, Escalation escalation)
    {
        var level = new Dictionary<string, ValueList<string>>(StringComparer.OrdinalIgnoreCase) { [escalation.Name] = [escalation.Name] };
        for (var depth = 0; depth <= EscalationRules.DeepestNesting; depth++)
        {
            var below = new Dictionary<string, ValueList<string>>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, way) in level)
            {
                foreach (var inner in Named(policy.FindEscalation(name)))
                {
                    below.TryAdd(inner, way.Add(inner));
                }
            }

            level = below;
        }

        return level.Values.FirstOrDefault() is { } found ? UpToTheCircle(found) : null;
    }

    private static IEnumerable<string> Named(Escalation? escalation) =>
        escalation?.Steps.Where(s => s.Target.Type == StepTargetType.Escalation).Select(s => s.Target.Name) ?? [];

    private static ValueList<string> UpToTheCircle(ValueList<string> way)
    {
        var met = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var before = way.TakeWhile(met.Add).Count();
        return way.Take(before + 1).ToValueList();
    }

    private static Section SectionOf(StepTargetType type) => type switch
    {
        StepTargetType.User => Section.Users,
        StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous => Section.Schedules,
        StepTargetType.Team or StepTargetType.Admins or StepTargetType.Random => Section.Teams,
        StepTargetType.Channel => Section.Channels,
        StepTargetType.Escalation => Section.Escalations,
        _ => throw new System.Diagnostics.UnreachableException($"No section for {type}."),
    };
}
