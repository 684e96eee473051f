using System.Diagnostics;
using Correlation.Grains.Model;

namespace Correlation.Grains.Maintenance;

/// <summary>
/// A maintenance window publishes itself into the policy, so it is in force everywhere when its request is answered.
/// The policy forgets it when it is over.
/// </summary>
public static class MaintenanceGrain
{
    public static Decision<MaintenanceState> Decide(
        MaintenanceState? state, MaintenanceCommand command, DateTimeOffset at) =>
        (state, command) switch
        {
            (_, MaintenanceCommand.Set set) => Set(state, set, at),
            (null or { Deleted: true }, _) => Refuse("There is no such maintenance"),
            (_, MaintenanceCommand.Cancel) when state.EndsAt <= at => Refuse("The maintenance is over already"),
            (_, MaintenanceCommand.Cancel cancel) => Over(
                state with { Cancelled = true, EndsAt = at }, "Maintenance cancelled", cancel.User, at),
            (_, MaintenanceCommand.Delete delete) =>
                Over(state with { Deleted = true }, "Maintenance deleted", delete.User, at),
            (_, MaintenanceCommand.TimerFired) when state.ForgetAt is not { } due || due > at => new Decision<MaintenanceState>
            {
                Outcome = Outcome.Repeat,
                Reason = "The timer was moved meanwhile",
            },
            (_, MaintenanceCommand.TimerFired) => Over(state, "Maintenance ended", "", at),
            _ => throw new UnreachableException($"{state?.Grain} does not know {command}."),
        };

    private static Decision<MaintenanceState> Set(
        MaintenanceState? before, MaintenanceCommand.Set set, DateTimeOffset at) =>
        set.EndsAt <= at || set.EndsAt <= set.StartsAt
            ? Refuse($"A maintenance must end in the future and after its start; its end is {set.EndsAt:O}, its start is {set.StartsAt:O}")
            : new Decision<MaintenanceState>
            {
                Outcome = Outcome.Material,
                Reason = before is null ? "Maintenance made" : "Maintenance changed",
                State = new MaintenanceState
                {
                    Window = set.Window,
                    TimeType = set.TimeType,
                    StartsAt = set.StartsAt,
                    EndsAt = set.EndsAt,
                    UpdatedAt = at,
                    ForgetAt = set.EndsAt,
                },
                Publish = new PolicyChange.MaintenanceSet(set.Window),
            };

    private static Decision<MaintenanceState> Over(MaintenanceState state, string reason, string user, DateTimeOffset at) => new()
    {
        Outcome = Outcome.Material,
        Reason = user.Length > 0 ? $"{reason} by {user}" : reason,
        State = state with { UpdatedAt = at, ForgetAt = null },
        Publish = new PolicyChange.MaintenanceGone(state.Window.Id),
    };

    private static Decision<MaintenanceState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
