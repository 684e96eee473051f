using System.Text;
using System.Text.Json.Nodes;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Silences;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>
/// What an earlier release wrote, from before a field was there: it is read, and the field has its default.
/// </summary>
public sealed class EarlierShapeTests
{
    [Fact]
    public void An_incident_from_before_passing_on_and_repeats_is_read()
    {
        var stored = Encoding.UTF8.GetBytes(GoldenFile.Read("Earlier/incident.json"));

        var state = (IncidentState)StateWire.Read(GrainKind.Incident, stored, []);

        Assert.Empty(state.PassedOn);
        Assert.Equal(
            (null, null, false, false),
            (state.Ladder.Repeats, state.Ladder.Wait, state.Ladder.ResetsAcknowledgement, state.Ladder.ClosesAfterAll));
        Assert.False(state.Ladder.IsSpent);
        Assert.Null(state.FromNewerRelease);
    }

    [Fact]
    public void An_incident_from_before_calls_waits_for_no_answer()
    {
        var stored = Encoding.UTF8.GetBytes(GoldenFile.Read("Earlier/incident-before-calls.json"));

        var state = (IncidentState)StateWire.Read(GrainKind.Incident, stored, []);

        Assert.Equal((null, null), (Assert.Single(state.Pages).AnswerBy, state.Pages[0].Missed));
        Assert.DoesNotContain(state.Timers, timer => timer.Name == "answer");
    }

    [Fact]
    public void An_ask_to_take_over_from_before_it_said_what_was_snoozed_and_whose_the_ladder_is_says_neither()
    {
        var stored = JsonNode.Parse(CommandFamilies.Serialize(Sample.Of<IncidentCommand.TakeOver>()))!;
        Assert.All(["chosenBy", "snoozedAt"], field => Assert.True(stored["standing"]!.AsObject().Remove(field), field));

        var ask = (IncidentCommand.TakeOver)CommandFamilies.FromText("incident.takeOver " + stored.ToJsonString());

        Assert.Equal((null, null), (ask.Standing.ChosenBy, ask.Standing.SnoozedAt));
    }

    /// <summary>Else the audit would call it a fault until it is over.</summary>
    [Fact]
    public void An_incident_that_a_tool_had_acknowledged_without_a_name_is_some_keys()
    {
        var stored = JsonNode.Parse(StateWire.Document(Given.AcknowledgedIncident))!;
        stored["acknowledgedBy"] = "";

        var state = (IncidentState)StateWire.Read(
            GrainKind.Incident, Encoding.UTF8.GetBytes(stored.ToJsonString()), []);

        Assert.Equal("administrator", state.AcknowledgedBy);
        Assert.Null(IncidentDuty.Fault(state, state.AcknowledgedUntil, Given.Start.AddMinutes(2)));
    }

    [Fact]
    public void An_alert_from_before_the_inhibition_rules_is_under_none() =>
        Assert.Equal(
            Sample.Of<AlertState>() with
            {
                Signal = Sample.Of<AlertState>().Signal with { AliasIsId = false },
                Inhibition = null,
                SuppressedSince = null,
                Causes = null,
                Stay = 0,
                ClosedHow = ClosedHow.ClosedByPerson,
                ClosedWithIncident = false,
                Class = Sample.Of<AlertState>().Class with { IsRouted = false },
                Count = new AlertTally(1, default, null, null),
            },
            StateWire.Read(GrainKind.Alert, Encoding.UTF8.GetBytes(GoldenFile.Read("Earlier/alert.json")), []));

    [Fact]
    public void A_silence_from_before_extensions_were_counted_has_none() =>
        Assert.Equal(
            Sample.Of<SilenceState>() with { Extensions = 0, EndedOver = [] },
            StateWire.Read(GrainKind.Silence, Encoding.UTF8.GetBytes(GoldenFile.Read("Earlier/silence.json")), []));

    [Fact]
    public void A_heartbeat_from_before_longer_intervals_keeps_the_one_it_has()
    {
        var stored = Encoding.UTF8.GetBytes(GoldenFile.Read("Earlier/heartbeat.json"));

        var state = (HeartbeatState)StateWire.Read(GrainKind.Heartbeat, stored, []);

        Assert.Equal(Sample.Of<HeartbeatState>() with { FollowsSource = false, EndedAt = null }, state);
        Assert.False(state.IsEnded);
    }

    [Fact]
    public void An_incident_from_before_held_responders_holds_none_and_its_quiet_hours_have_not_ended()
    {
        var stored = Encoding.UTF8.GetBytes(GoldenFile.Read("Earlier/incident-before-held-responders.json"));

        var held = ((IncidentState)StateWire.Read(GrainKind.Incident, stored, [])).HeldBack!;

        Assert.Empty(held.Responders);
        Assert.False(held.HasEnded);
    }

    /// <summary>It may be on its way, or in the log that is replayed.</summary>
    [Fact]
    public void A_resolve_that_was_taken_back_is_a_reopening()
    {
        var episode = Guid.Parse("0194339f-8a00-8abc-8def-0123456789ab");
        var resolved = new AlertCommand.IncidentResolved(episode, "incident-1", 7, "\"takenBack\":true");
        var stored = CommandFamilies.ToText(resolved);

        Assert.Equal(resolved, CommandFamilies.FromText(stored));
        Assert.Equal(
            new AlertCommand.IncidentReopened(episode, "incident-1"),
            CommandFamilies.FromText(stored[..^1] + ",\"takenBack\":true}"));
    }

    [Fact]
    public void Every_command_of_an_earlier_release_is_read()
    {
        foreach (var (name, body) in JsonNode.Parse(GoldenFile.Read("Earlier/commands.json"))!.AsObject())
        {
            Assert.Equal(
                name,
                CommandFamilies.NameOf(CommandFamilies.FromText(name + " " + body!.ToJsonString(WireJson.Options))));
        }
    }
}
