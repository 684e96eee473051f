using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    [Fact]
    public void Turns_without_repeats_are_dropped_although_no_checkpoint_round_ends()
    {
        for (var position = 1; position <= 1_100; position++)
        {
            Commit(turn => turn.Heads.Add(new(9, position, turn.At, position)), Given.At(position * 10));
        }

        Prune(now: Given.At(0).AddYears(1), replayTurn: 0);
        Assert.InRange(StoredTurns(), 1, 1_100 - 700);
        var head = Reopen();
        Assert.Equal((1_100, 1_100), (head.Turn, head.Partitions[9].Position));
    }

    [Fact]
    public async Task Decisions_are_dropped_past_their_retention()
    {
        Commit(turn => turn.Log.Add(Decision(1, 1, One, Outcome.Material, "old", null)));
        var young = Given.At(86_400 * 20);
        Commit(turn => turn.Log.Add(Decision(1, 2, One, Outcome.Material, "young", null) with { At = young }), young);
        Prune(now: Given.At(86_400 * 31), replayTurn: 0);
        Assert.Null(await Reads.FindRequestAsync(new LogPosition(1, 1, 1), None));
        Assert.NotNull(await Reads.FindRequestAsync(new LogPosition(1, 2, 2), None));
    }

    [Fact]
    public async Task Closed_alerts_are_dropped_with_what_belongs_to_them()
    {
        var old = Given.Alert("old", 1).Closed(0);
        var young = Given.Alert("young", 2).Closed(86_400 * 100);
        var open = Given.Alert("open", 3);
        Commit(turn =>
        {
            turn.Grains.AddRange([Given.Write(old, 1), Given.Write(young, 1), Given.Write(open, 1)]);
            turn.Items.Add((new GrainId(GrainKind.ClosedAlert, old.Id.ToString()), new ItemChange("notes", "1", "{}")));
            turn.Timeline.Add(new TimelineWrite(1, Given.At(0), new TimelineEntry(old.Grain, "created", "")));
        });
        Prune(now: Given.At(86_400 * 450), replayTurn: 0);
        Assert.Equal(["open", "young"], await ListAsync(sort: "alias", descending: false));
        Assert.Null(Load(GrainKind.Alert, "old"));
        Assert.Empty(Store.Items(new GrainId(GrainKind.ClosedAlert, old.Id.ToString()), new ItemRange("notes", "", 9)));
        Assert.Empty(await Reads.EventsAsync(0, 9, None));
    }

    [Fact]
    public async Task All_alerts_are_counted_as_they_come_close_and_go()
    {
        var (one, two, three) = (Given.Alert("one", 1), Given.Alert("two", 2), Given.Alert("three", 3));
        Commit(Given.Write(one, 1), Given.Write(two, 1), Given.Write(three, 1));
        Assert.Equal(3, await CountAsync());
        Commit(
            Given.Write(one.Closed(0), 2),
            Given.Write(two with { Edits = two.Edits with { Priority = Priority.P5 } }, 2));
        Assert.Equal(3, await CountAsync());
        Assert.Equal(1, await Reads.CountAlertsAsync(Filter("a.status = @q0 AND a.priority = 'P5'", "open"), None));
        Assert.Equal(1, await Reads.KeptCountAsync(Filter("a.status = @q0 AND a.priority = 'P5'", "open"), None));
        Assert.Null(await Reads.KeptCountAsync(Filter("a.source = @q0", "nobody"), None));
        Commit(Given.Write(two with { Status = AlertStatus.Deleted }, 3));
        Assert.Equal(2, await CountAsync());
        Prune(now: Given.At(86_400 * 450), replayTurn: 0);
        Assert.Equal(1, await CountAsync());

        async Task<long> CountAsync()
        {
            var counted = await Reads.CountAlertsAsync(
                new AlertFilter(_ => new SqlFragment("a.tiny_id > @q0", [0L])), None);
            Assert.Equal(counted, await Reads.CountAlertsAsync(new AlertFilter(null), None));
            Assert.Equal(counted, await Reads.KeptCountAsync(new AlertFilter(null), None));
            return counted;
        }
    }

    [Fact]
    public async Task Resolved_incidents_are_dropped_with_their_members()
    {
        Commit(turn =>
        {
            turn.Grains.AddRange(
            [
                Given.Write(Given.Incident("i-1", 1) with { Status = IncidentStatus.Resolved }, 1),
                Given.Write(Given.Incident("i-2", 2), 1),
            ]);
            turn.Items.AddRange(Enumerable.Range(0, 2_500)
                .Select(n => (One, new ItemChange("members", $"{n:D5}", "{}"))));
        });
        Prune(now: Given.At(86_400 * 450), replayTurn: 0);
        Assert.Equal(["i-2"], await IncidentsAsync(list => list));
        Assert.Empty(Store.Items(One, new ItemRange("members", "", 9)));
    }

    [Fact]
    public async Task Deliveries_that_are_done_are_dropped_with_the_decisions()
    {
        var (done, pending) = (Given.Delivery("done", Priority.P1, 1), Given.Delivery("pending", Priority.P1, 1));
        Enqueue(done, pending);
        Commit(turn => turn.Outbox.Add(new DeliveryChange.Finish(done.Id, DeliveryState.Delivered)));
        Prune(now: Given.At(86_400 * 31), replayTurn: 0);
        Assert.NotNull(await Outbox.FindPendingAsync(pending.Id, None));
        Enqueue(done);
        Assert.NotNull(await Outbox.FindPendingAsync(done.Id, None));
    }

    [Fact]
    public void Silences_that_ended_long_ago_are_dropped()
    {
        Commit(
            Given.Write(Given.Silence("old", endsAt: 10), 1),
            Given.Write(Given.Silence("late", endsAt: 86_400 * 100), 1),
            Given.Write(Given.Silence("long", endsAt: 10) with { NextAt = Given.At(86_400 * 900) }, 1));
        Prune(now: Given.At(86_400 * 450), replayTurn: 0);
        Assert.Null(Load(GrainKind.Silence, "old"));
        Assert.NotNull(Load(GrainKind.Silence, "late"));
        Assert.NotNull(Load(GrainKind.Silence, "long"));
    }

    [Fact]
    public void Deleted_heartbeats_and_searches_are_dropped()
    {
        Commit(
            Given.Write(Given.Heartbeat("gone") with { Deleted = true }, 1), Given.Write(Given.Heartbeat("beats"), 1),
            Given.Write(Given.SavedSearch("gone") with { Deleted = true }, 1),
            Given.Write(Given.SavedSearch("mine"), 1));
        Prune(now: Given.At(86_400 * 450), replayTurn: 0);
        Assert.Null(Load(GrainKind.Heartbeat, "gone"));
        Assert.NotNull(Load(GrainKind.Heartbeat, "beats"));
        Assert.Null(Load(GrainKind.SavedSearch, "gone"));
        Assert.NotNull(Load(GrainKind.SavedSearch, "mine"));
    }

    /// <summary>
    /// A new entity of the key opens its incidents under the ids of the old one's: none of those may be left.
    /// </summary>
    [Fact]
    public void An_entity_is_dropped_when_none_of_its_incidents_is_left()
    {
        const string Taken = "the incident that took it over";
        var (gone, first) = (Given.Entity("model:gone", opened: 2), Given.Entity("model:first", opened: 2));
        var (merged, asked) = (Given.Entity("model:merged", 1) with { IncidentId = Taken }, Given.Entity("model:asked", 1));
        Commit(turn =>
        {
            turn.Grains.AddRange(new[] { gone, first, merged, asked }.Select(entity => Given.Write(entity, 1)));
            turn.Grains.AddRange(
            [
                Given.Write(Given.Incident(Given.IncidentOf("model:first", 1), 1), 1),
                Given.Write(Given.Incident(Taken, 2), 1),
            ]);
            turn.MessagesSent.Add(new StoredMessage(
                1, asked.Grain, new GrainId(GrainKind.Incident, asked.IncidentId!), "x {}"));
        });
        Prune(now: Given.At(86_400), replayTurn: 0);
        Assert.Null(Load(GrainKind.Entity, gone.Key));
        Assert.Equal(first, Load(GrainKind.Entity, first.Key));
        Assert.Equal(merged, Load(GrainKind.Entity, merged.Key));
        Assert.Equal(asked, Load(GrainKind.Entity, asked.Key));
    }

    [Fact]
    public void Every_row_is_looked_at_in_slices_and_again_after_an_hour()
    {
        var entities = Enumerable.Range(1, 950).Select(n => Given.Entity($"model:{n}", 1)).ToList();
        Commit([.. entities.Select(entity => Given.Write(entity, 1))]);
        Prune(now: Given.At(10), replayTurn: 0);
        Assert.Empty(Store.Load([.. entities.Select(entity => entity.Grain)]));

        Commit(Given.Write(entities[0], 2));
        Prune(now: Given.At(20), replayTurn: 0);
        Assert.NotNull(Load(GrainKind.Entity, entities[0].Key));
        Prune(now: Given.At(3700), replayTurn: 0);
        Assert.Null(Load(GrainKind.Entity, entities[0].Key));
    }

    [Fact]
    public async Task An_alias_whose_past_was_dropped_can_begin_anew()
    {
        Commit(Given.Write(Given.Alert("a", 1).Closed(0), 1));
        Prune(now: Given.At(86_400 * 450), replayTurn: 0);
        var second = Given.Alert("a", 2, episode: 2);
        Commit(Given.Write(second, 2, replaces: true));
        Assert.Equal(second, (await Reads.FindAlertAsync(AlertRef.ByAlias("a"), None))?.Alert);
    }
}
