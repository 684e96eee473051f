using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Alerts;

/// <summary>
/// A past episode takes notes and can be deleted; everything else belongs to the alias's current one.
/// </summary>
public static class ClosedAlert
{
    /// <summary>
    /// Refusal of the current episode when an older one was meant: the caller asks the past episode itself.
    /// </summary>
    public const string NotCurrent = "Alert is already closed: a newer alert has its alias";

    public static Decision<ClosedAlertState> Decide(ClosedAlertState? state, AlertCommand command, DateTimeOffset at) =>
        (state, command) switch
        {
            (null or { Alert.Status: AlertStatus.Deleted }, _) => Refuse("Alert does not exist"),
            (_, AlertCommand.AddNote note) => new Decision<ClosedAlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Added note",
                State = state with { Alert = state.Alert with { NoteCount = state.Alert.NoteCount + 1, UpdatedAt = at } },
                Items = [new ItemChange("notes", $"{state.Alert.NoteCount + 1:D8}", NoteText.Write(note.Note, note.User, at))],
                Timeline = [new TimelineEntry(state.Grain, "note", note.Note, note.User)],
            },
            (_, AlertCommand.Delete delete) => new Decision<ClosedAlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Deleted",
                State = state with { Alert = state.Alert with { Status = AlertStatus.Deleted, UpdatedAt = at } },
                Timeline = [new TimelineEntry(state.Grain, "deleted", "Alert deleted", delete.User)],
            },
            _ => Refuse("Alert is already closed"),
        };

    private static Decision<ClosedAlertState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
