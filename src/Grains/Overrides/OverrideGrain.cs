using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Overrides;

/// <summary>
/// An override publishes itself into the policy, so it is in force everywhere when its request is answered. The
/// calendar looks at its times: nothing has to happen when it begins or ends.
/// </summary>
public static class OverrideGrain
{
    /// <summary>How long after its end a calendar still shows it.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromDays(30);

    /// <summary>Of one schedule, so that a script gone wild does not slow every page down.</summary>
    private const int MostOfOneSchedule = 1_000;

    /// <summary>Changes of one override, of which what it did before is kept.</summary>
    private const int MostPast = 200;

    public static Decision<OverrideState> Decide(
        OverrideState? state, OverrideCommand command, PolicyVersion policy, DateTimeOffset at) =>
        (state, command) switch
        {
            (_, OverrideCommand.Set set) => Set(state, set.Override, policy, at),
            (null or { Override.TakenBack: true }, OverrideCommand.TakeBack) => Refuse("There is no such override"),
            (_, OverrideCommand.TakeBack take) => TakeBack(state, take.User, at),
            (null, OverrideCommand.TimerFired) => Refuse("There is no such override"),
            (_, OverrideCommand.TimerFired) => Forget(state, at),
            _ => throw new UnreachableException($"{state?.Grain} does not know {command}."),
        };

    private static Decision<OverrideState> Set(
        OverrideState? before, Override made, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.Schedules.FirstOrDefault(s => s.Id == made.ScheduleId) is not { } schedule)
        {
            return Refuse($"There is no schedule with id '{made.ScheduleId}'");
        }

        if (made.Shifts.Count == 0 || made.Shifts.FirstOrDefault(shift => shift.Until <= shift.From) is not null)
        {
            return Refuse("Each shift of an override must end after it begins");
        }

        if (made.Until <= at)
        {
            return Refuse($"An override must end in the future; its end is {made.Until:O}");
        }

        var after = policy.With(new PolicyChange.OverrideSet(made));
        if (Circle.Of(after, schedule, at) is { } circle && Circle.Of(policy, schedule, at) != circle)
        {
            return Refuse(Circle.Refusal + circle);
        }

        var others = policy.Overrides.Count(o => o.ScheduleId == made.ScheduleId && o.Id != made.Id && o.Until > at);
        return others >= MostOfOneSchedule
            ? Refuse(
                $"The schedule '{schedule.Name}' has {others} overrides already, at most {MostOfOneSchedule} are kept")
            : Publish(
                made with
                {
                    MadeAt = at,
                    TakenBack = false,
                    ChangedAt = before is null ? null : at,
                    Past = PastOf(before?.Override, at),
                },
                at,
                before is null ? "Override made" : "Override changed",
                made.MadeBy);
    }

    private static Decision<OverrideState> TakeBack(OverrideState state, string user, DateTimeOffset at)
    {
        var past = state.Override.Shifts
            .Where(shift => shift.From < at)
            .Select(shift => shift.Until > at ? shift with { Until = at } : shift)
            .ToValueList();
        var left = state.Override with { TakenBack = true };
        return past.Count == 0 && left.Past.Count == 0
            ? Gone(left, at, "Override taken back before it began", user)
            : Publish(left with { Shifts = past }, at, "Override taken back", user);
    }

    /// <summary>What it has done by then: a shift that is under way ends.</summary>
    private static ValueList<PastShift> PastOf(Override? before, DateTimeOffset at) => (before?.Past ?? [])
        .Concat(before is null ? [] : before.On(before.ScheduleId).Except(before.Past))
        .Where(one => one.Shift.From < at && one.Shift.Until > at - Shown)
        .Select(one => one.Shift.Until > at ? one with { Shift = one.Shift with { Until = at } } : one)
        .TakeLast(MostPast)
        .ToValueList();

    private static Decision<OverrideState> Forget(OverrideState state, DateTimeOffset at) => state.ForgetAt is not { } due || due > at
        ? new Decision<OverrideState> { Outcome = Outcome.Repeat, Reason = "The timer was moved meanwhile" }
        : Gone(state.Override, at, "Override is past", "");

    private static Decision<OverrideState> Publish(Override made, DateTimeOffset at, string reason, string user) => new(
        )
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = new OverrideState { Override = made, UpdatedAt = at, ForgetAt = made.Until + Shown },
        Publish = new PolicyChange.OverrideSet(made),
        Timeline = [new TimelineEntry(new GrainId(GrainKind.Override, made.Id), "override", reason, user)],
    };

    private static Decision<OverrideState> Gone(Override made, DateTimeOffset at, string reason, string user) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = new OverrideState { Override = made, UpdatedAt = at },
        Publish = new PolicyChange.OverrideGone(made.Id),
        Timeline = [new TimelineEntry(new GrainId(GrainKind.Override, made.Id), "override", reason, user)],
    };

    private static Decision<OverrideState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
