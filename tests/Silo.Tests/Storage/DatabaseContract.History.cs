using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    private static readonly GrainId One = new(GrainKind.Incident, "i-1");
    private static readonly GrainId Other = new(GrainKind.Incident, "i-2");

    [Fact]
    public async Task History_is_read_from_either_end_after_a_line()
    {
        Lines((1, One, "opened"), (2, Other, "opened"), (3, One, "paged"));
        Lines((9, One, "acknowledged"));
        Assert.Equal([1, 3, 9], await LinesAsync(null, 9, newestFirst: false));
        Assert.Equal([9], await LinesAsync(3, 9, newestFirst: false));
        Assert.Equal([9, 3], await LinesAsync(null, 2, newestFirst: true));
        Assert.Equal([1], await LinesAsync(3, 9, newestFirst: true));
    }

    [Fact]
    public async Task A_history_line_is_read_back_whole()
    {
        var entry = new TimelineEntry(One, "note", "Looking", "ann");
        Commit(turn => turn.Timeline.Add(new TimelineWrite(4, Given.At(2), entry)));
        Assert.Equal(
            new TimelineRow(4, One, Given.At(2), "note", "Looking", "ann"),
            Assert.Single(await Reads.EventsAsync(0, 9, None)));
    }

    [Fact]
    public async Task Events_of_all_owners_come_in_commit_order()
    {
        Assert.Equal(0, await Reads.LastEventAsync(None));
        Lines((1, One, "opened"), (2, Other, "opened"));
        Lines((7, One, "paged"));
        Assert.Equal(7, await Reads.LastEventAsync(None));
        Assert.Equal([1, 2], (await Reads.EventsAsync(0, 2, None)).Select(line => line.Id));
        Assert.Equal([7], (await Reads.EventsAsync(2, 9, None)).Select(line => line.Id));
    }

    [Fact]
    public async Task The_first_items_of_many_owners_are_read_at_once()
    {
        var none = new GrainId(One.Kind, "none");
        Commit(turn => turn.Items.AddRange(
            from owner in new[] { One, Other } from key in new[] { "a", "b", "c" } select (owner, new ItemChange("members", key, $"\"{owner.Key} {key}\""))));
        Commit(turn => turn.Items.Add((One, new ItemChange("notes", "0", "\"of another set\""))));
        var read = await Reads.FirstItemsAsync(One.Kind, [One.Key, none.Key, Other.Key, One.Key], "members", 2, None);
        Assert.Equal(
            new[] { One.Key, Other.Key }.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            read,
            owner => Assert.Equal([$"\"{owner.Key} a\"", $"\"{owner.Key} b\""], owner.Value.Select(item => item.Body)));
        Assert.Empty(await Reads.FirstItemsAsync(One.Kind, [], "members", 2, None));
    }

    [Fact]
    public async Task Items_are_read_from_either_end_after_a_key()
    {
        Commit(turn => turn.Items.AddRange(
            new[] { "a", "b", "c" }.Select(key => (One, new ItemChange("notes", key, $"\"{key}\"")))));
        Assert.Equal(["a", "b"], await ItemsAsync(null, 2, newestFirst: false));
        Assert.Equal(["c"], await ItemsAsync("b", 9, newestFirst: false));
        Assert.Equal(["c", "b"], await ItemsAsync(null, 2, newestFirst: true));
        Assert.Equal(["a"], await ItemsAsync("b", 9, newestFirst: true));
    }

    [Fact]
    public async Task A_request_is_found_in_the_decision_log()
    {
        var alert = Given.Alert("a", 1);
        Commit();
        Commit(turn =>
        {
            turn.Log.Add(Decision(3, 10, alert.Grain, Outcome.Material, "Opened", alert.Id));
            turn.Log.Add(Decision(3, 11, alert.Grain, Outcome.Refused, "Closed already", null));
            turn.Log.Add(Decision(4, 10, One, Outcome.Material, "Acknowledged", null));
        });
        Assert.Equal(
            new RequestStatus(alert.Grain, "alert.receive", Outcome.Material, "Opened", Given.At(2), alert.Id, "a")
            {
                PolicyVersion = 12,
            },
            await Reads.FindRequestAsync(new LogPosition(3, 10, 2), None));
        Assert.Equal("Closed already", (await Reads.FindRequestAsync(new LogPosition(3, 11, 2), None))?.Reason);
        Assert.Null((await Reads.FindRequestAsync(new LogPosition(4, 10, 2), None))?.Alias);
        Assert.Null(await Reads.FindRequestAsync(new LogPosition(3, 10, 1), None));
        Assert.Null(await Reads.FindRequestAsync(new LogPosition(3, 12, 2), None));
    }

    [Fact]
    public async Task A_request_to_a_past_episode_names_its_alias()
    {
        var first = Given.Alert("a", 1).Closed(2);
        Commit(Given.Write(first, 1));
        Commit(turn => turn.Log.Add(
            Decision(3, 1, new ClosedAlertState { Alert = first }.Grain, Outcome.Material, "Noted", first.Id)));
        Assert.Equal("a", (await Reads.FindRequestAsync(new LogPosition(3, 1, 2), None))?.Alias);
    }

    [Fact]
    public async Task A_request_that_was_a_repeat_is_found_in_the_packed_log()
    {
        var (first, second) = (Given.Alert("a", 1).Closed(3), Given.Alert("a", 5, episode: 2));
        Commit(Given.Write(first, 1));
        Commit(turn => turn.Repeats = Packed(position: 40));
        Commit(Given.Write(second, 41, replaces: true));
        Commit(turn => turn.Repeats = Packed(position: 42), at: Given.At(9));
        var status = await Reads.FindRequestAsync(new LogPosition(9, 40, 2), None);
        Assert.Equal(
            new RequestStatus(first.Grain, "alert.receive", Outcome.Repeat, "Fires again", Given.At(2), first.Id, "a"),
            status);
        Assert.Equal(second.Id, (await Reads.FindRequestAsync(new LogPosition(9, 42, 4), None))?.AlertId);
        Assert.Null(await Reads.FindRequestAsync(new LogPosition(8, 40, 2), None));
        Assert.Null(await Reads.FindRequestAsync(new LogPosition(9, 41, 2), None));
    }

    [Fact]
    public async Task A_request_that_changed_nothing_says_what_was_asked_of_which_alert()
    {
        var alert = Given.Alert("a", 1);
        Commit(Given.Write(alert, 1));
        Commit(turn => turn.Repeats = PackedOf(
            new RepeatEntry(
                9, 2, One, "Alert is already acknowledged", null, new Asked("incident.acknowledge", alert.Id)),
            new RepeatEntry(
                9, 3, new GrainId(GrainKind.Alert, "b"), "There is none", null, new Asked("alert.close", null)),
            new RepeatEntry(9, 4, One, "Already a member", null)));
        Assert.Equal(
            new RequestStatus(
                One, "incident.acknowledge", Outcome.Repeat, "Alert is already acknowledged", Given.At(2), alert.Id,
                "a"),
            await Reads.FindRequestAsync(new LogPosition(9, 2, 2), None));
        var unmatched = await Reads.FindRequestAsync(new LogPosition(9, 3, 2), None);
        Assert.Equal(("alert.close", null, "b"), (unmatched?.Action, unmatched?.AlertId, unmatched?.Alias));
        var internally = await Reads.FindRequestAsync(new LogPosition(9, 4, 2), None);
        Assert.Equal(("", null, null), (internally?.Action, internally?.AlertId, internally?.Alias));
    }

    [Fact]
    public async Task Grains_of_a_small_kind_are_listed_by_key()
    {
        var pinged = Given.Heartbeat("b") with { Pings = new HeartbeatTally(Given.At(3)) };
        Commit(
            Given.Write(Given.Heartbeat("c"), 1), Given.Write(pinged, 1), Given.Write(Given.Heartbeat("a"), 1),
            Given.Write(Given.Incident("i-1", 1), 1));
        Assert.Equal([Given.Heartbeat("a"), pinged], await Reads.ListGrainsAsync(GrainKind.Heartbeat, null, 2, None));
        Assert.Equal([Given.Heartbeat("c")], await Reads.ListGrainsAsync(GrainKind.Heartbeat, "b", 2, None));
    }

    [Fact]
    public async Task Figures_count_what_only_the_store_knows()
    {
        Commit(turn =>
        {
            turn.Grains.AddRange(
            [
                Given.Write(Given.Alert("a", 1), 1), Given.Write(Given.Alert("b", 2).Closed(3), 1),
                Given.Write(Given.Incident("i-1", 3), 1), Given.Write(Given.Incident("i-2", 4), 1),
                Given.Write(Given.Incident("i-3", 5) with { Status = IncidentStatus.Resolved }, 1),
            ]);
            turn.Outbox.Add(new DeliveryChange.Enqueue(Given.Delivery("a", Priority.P1, 1)));
            turn.MessagesSent.Add(new StoredMessage(1, One, Other, "x {}"));
            turn.Timers.Add(new TimerWrite(1, One, "step", new GrainTimer("step", Given.At(1))));
            turn.Log.Add(Decision(1, 1, One, Outcome.Poison, "Threw", null));
        });
        var figures = await Reads.FiguresAsync(None);
        Assert.Equal((1, 1, 1, 1, 1),
            (figures.OpenAlerts, figures.Outbox, figures.Messages, figures.Timers, figures.Poison));
        Assert.NotNull(figures.Incidents);
        Assert.Equal(2, figures.Incidents[IncidentStatus.Open]);
        Assert.Equal(1, figures.Incidents[IncidentStatus.Resolved]);
        Assert.Equal(0, figures.Incidents[IncidentStatus.Merged]);
    }

    private static byte[] PackedOf(params RepeatEntry[] entries)
    {
        var log = new RepeatLog();
        foreach (var entry in entries)
        {
            log.Add(entry);
        }

        return log.Packed.ToArray();
    }

    private LogRow Decision(int partition, long position, GrainId grain, Outcome outcome, string reason, Guid? alert) =>
        new(partition, position, Given.At(LastTurn), grain, "alert.receive", outcome, reason, "{}"u8.ToArray(), alert)
        {
            PolicyVersion = 12,
        };

    private void Lines(params (long Id, GrainId Owner, string Type)[] lines) =>
        Commit(turn => turn.Timeline.AddRange(
            lines.Select(line => new TimelineWrite(line.Id, turn.At, new TimelineEntry(line.Owner, line.Type, "")))));

    private async Task<IEnumerable<long>> LinesAsync(long? after, int limit, bool newestFirst) =>
        (await Reads.TimelineAsync(One, after, limit, newestFirst, None)).Select(line => line.Id);

    private async Task<IEnumerable<string>> ItemsAsync(string? after, int limit, bool newestFirst) =>
        (await Reads.ItemsAsync(One, "notes", after, limit, newestFirst, None)).Select(item => item.Key);
}
