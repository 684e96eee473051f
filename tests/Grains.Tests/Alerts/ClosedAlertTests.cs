using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>A past episode, whose alias has moved on.</summary>
public sealed class ClosedAlertTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);

    private static readonly ClosedAlertState Past = new()
    {
        Alert = After(HeldAlert, new AlertCommand.Receive(Firing with { Resolved = true }), Start.AddMinutes(1)),
    };

    [Fact]
    public void It_takes_notes() =>
        Assert.Equal(
            new Decision<ClosedAlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Added note",
                State = Past with { Alert = Past.Alert with { NoteCount = 1, UpdatedAt = Later } },
                Items = [new ItemChange("notes", "00000001", NoteText.Write("seen", "ann", Later))],
                Timeline = [new TimelineEntry(Past.Grain, "note", "seen", "ann")],
            },
            ClosedAlert.Decide(Past, new AlertCommand.AddNote(null, "ann", "", "seen"), Later));

    [Fact]
    public void It_can_be_deleted_once()
    {
        var decision = ClosedAlert.Decide(Past, new AlertCommand.Delete(null, "ann", ""), Later);

        Assert.Equal(
            new Decision<ClosedAlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Deleted",
                State = Past with { Alert = Past.Alert with { Status = AlertStatus.Deleted, UpdatedAt = Later } },
                Timeline = [new TimelineEntry(Past.Grain, "deleted", "Alert deleted", "ann")],
            },
            decision);
        Assert.Equal(
            Refused("Alert does not exist"),
            ClosedAlert.Decide(decision.State, new AlertCommand.Delete(null, "ann", ""), Later));
    }

    [Fact]
    public void Everything_else_is_too_late() =>
        Assert.Equal(
            Refused("Alert is already closed"),
            ClosedAlert.Decide(Past, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later));

    private static Decision<ClosedAlertState> Refused(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
