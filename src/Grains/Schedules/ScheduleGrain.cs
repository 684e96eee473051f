using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Grains.Schedules;

/// <summary>
/// A schedule publishes itself into the policy. Its key is an id of its own, so that a rename is one change of one
/// grain.
/// </summary>
public static class ScheduleGrain
{
    /// <summary>What a change made of an older revision is refused with.</summary>
    public const string ChangedMeanwhile = "The schedule was changed meanwhile";

    public static Decision<ScheduleState> Decide(
        ScheduleState? state, ScheduleCommand command, PolicyVersion policy, DateTimeOffset at) =>
        (state, command) switch
        {
            (null, ScheduleCommand.Create create) => Write(null, create.Schedule, 1, policy, at, "Created"),
            (_, ScheduleCommand.Create) => Refuse("The schedule exists already"),
            (null or { Deleted: true }, _) => Refuse("There is no such schedule"),
            (_, ScheduleCommand.Update update) when update.Revision != state.Revision => Refuse(ChangedMeanwhile),
            (_, ScheduleCommand.Update update) when update.Schedule.Name != state.Schedule.Name && UserOf(state, policy) is { } user =>
                Refuse($"The schedule '{state.Schedule.Name}' keeps its name while it is used by {user}: make one of the new name, and let {user} use that one"),
            (_, ScheduleCommand.Update update) when References.ToRotationsGone(policy, state.Schedule, update.Schedule, at) is { } gone =>
                Refuse($"The schedule '{state.Schedule.Name}' keeps {gone}"),
            (_, ScheduleCommand.Update update) => Write(
                state.Schedule, update.Schedule with { Id = state.Schedule.Id }, state.Revision + 1, policy, at,
                "Updated"),
            (_, ScheduleCommand.Delete) => Delete(state, policy, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<ScheduleState> Write(
        Schedule? before, Schedule schedule, int revision, PolicyVersion policy, DateTimeOffset at, string reason)
    {
        var same = policy.FindSchedule(schedule.Name);
        return same is not null && same.Id != schedule.Id
            ? Refuse($"There is a schedule '{same.Name}' already")
            : Circle.Of(policy.With(new PolicyChange.ScheduleSet(schedule)), schedule, at) is { } circle &&
                (before is null || Circle.Of(policy, before, at) != circle)
            ? Refuse(Circle.Refusal + circle)
            : new Decision<ScheduleState>
            {
                Outcome = Outcome.Material,
                Reason = reason,
                State = new ScheduleState { Schedule = schedule, Revision = revision, UpdatedAt = at },
                Publish = new PolicyChange.ScheduleSet(schedule),
            };
    }

    /// <summary>What would page nobody without it.</summary>
    private static string? UserOf(ScheduleState state, PolicyVersion policy) =>
        References.ToSchedule(policy, state.Schedule.Name);

    private static Decision<ScheduleState> Delete(ScheduleState state, PolicyVersion policy, DateTimeOffset at) => UserOf(state, policy) is { } user
        ? Refuse($"The schedule '{state.Schedule.Name}' is used by {user}")
        : new Decision<ScheduleState>
        {
            Outcome = Outcome.Material,
            Reason = "Deleted",
            State = state with { Deleted = true, Revision = state.Revision + 1, UpdatedAt = at },
            Publish = new PolicyChange.ScheduleGone(state.Schedule.Id),
        };

    private static Decision<ScheduleState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
