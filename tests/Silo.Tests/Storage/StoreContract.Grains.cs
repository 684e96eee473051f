using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class StoreContract
{
    [Fact]
    public void An_alert_is_loaded_as_it_was_written()
    {
        var alert = Given.Alert("drift/churn", 1).Seen(3, lastAt: 7);
        Commit(Given.Write(alert, asOf: 1));
        Assert.Equal(alert, LoadAlert("drift/churn"));
    }

    [Fact]
    public void Grains_that_do_not_exist_are_left_out()
    {
        Commit(Given.Write(Given.Alert("a", 1), 1), Given.Write(Given.Incident("i-1", 2), 1));
        GrainId[] asked =
        [
            new(GrainKind.Alert, "a"), new(GrainKind.Alert, "b"), new(GrainKind.Incident, "i-1"),
            new(GrainKind.Entity, "model:x"),
        ];
        Assert.Equal([asked[0], asked[2]], Store.Load(asked).Select(grain => grain.Id).Order(ByText));
    }

    [Fact]
    public void Grains_of_every_kind_are_loaded_as_written()
    {
        var incident = Given.Incident("i-1", 2);
        var heartbeat = Given.Heartbeat("nightly") with { Pings = new HeartbeatTally(Given.At(9)) };
        var search = Given.SavedSearch("s-1");
        Commit(Given.Write(incident, 4), Given.Write(heartbeat, 5), Given.Write(search, 6));
        Assert.Equal(incident, Load(GrainKind.Incident, "i-1"));
        Assert.Equal(heartbeat, Load(GrainKind.Heartbeat, "nightly"));
        Assert.Equal(search, Load(GrainKind.SavedSearch, "s-1"));
        Assert.Equal(5, Assert.Single(Store.Load([heartbeat.Grain])).AsOf);
    }

    [Fact]
    public void A_state_is_written_only_over_a_smaller_as_of()
    {
        var alert = Given.Alert("a", 1);
        Commit(Given.Write(alert with { ClosedBy = "newer" }, asOf: 5));
        Commit(Given.Write(alert with { ClosedBy = "older" }, asOf: 4));
        Commit(Given.Write(alert with { ClosedBy = "same" }, asOf: 5));
        Assert.Equal("newer", LoadAlert("a").ClosedBy);

        Commit(Given.Write(alert with { ClosedBy = "newest" }, asOf: 6));
        Assert.Equal("newest", LoadAlert("a").ClosedBy);
    }

    [Fact]
    public void Every_kind_is_fenced_by_as_of()
    {
        var incident = Given.Incident("i-1", 1);
        var heartbeat = Given.Heartbeat("h");
        Commit(Given.Write(incident, 5), Given.Write(heartbeat, 5));
        Commit(Given.Write(incident with { Owner = "stale" }, 5), Given.Write(heartbeat with { Expired = true }, 4));
        Assert.Equal(incident, Load(GrainKind.Incident, "i-1"));
        Assert.Equal(heartbeat, Load(GrainKind.Heartbeat, "h"));
    }

    [Fact]
    public void A_checkpoint_writes_the_tally_and_leaves_the_document()
    {
        var alert = Given.Alert("a", 1);
        Commit(Given.Write(alert, 1));
        Commit(Given.Tally(alert.Seen(40, lastAt: 90) with { ClosedBy = "not written" }, 41));
        Assert.Equal(alert.Seen(40, lastAt: 90), LoadAlert("a"));
        Assert.Equal(41, Assert.Single(Store.Load([alert.Grain])).AsOf);
    }

    [Fact]
    public void The_tally_of_an_alert_at_rest_is_written_like_that_of_a_whole_one()
    {
        var (alert, other) = (Given.Alert("a", 1), Given.Alert("b", 2));
        Commit(Given.Write(alert, 1), Given.Write(other, 1));
        Commit(
            Given.Tally(RestingAlert.Of(alert.Seen(40, lastAt: 90), "a"), 41),
            Given.Tally(other.Seen(7, lastAt: 8), 9));
        Assert.Equal(alert.Seen(40, lastAt: 90), LoadAlert("a"));
        Assert.Equal(other.Seen(7, lastAt: 8), LoadAlert("b"));
        Assert.Equal(41, Assert.Single(Store.Load([alert.Grain])).AsOf);
    }

    [Fact]
    public void A_checkpoint_older_than_the_row_changes_nothing()
    {
        var alert = Given.Alert("a", 1).Seen(9, lastAt: 9);
        var heartbeat = Given.Heartbeat("h") with { Pings = new HeartbeatTally(Given.At(9)) };
        Commit(Given.Write(alert, 9), Given.Write(heartbeat, 9));
        Commit(
            Given.Tally(alert.Seen(8, lastAt: 8), 8),
            Given.Tally(heartbeat with { Pings = new HeartbeatTally(Given.At(8)) }, 8));
        Assert.Equal(alert, LoadAlert("a"));
        Assert.Equal(heartbeat, Load(GrainKind.Heartbeat, "h"));
    }

    [Fact]
    public void A_new_episode_takes_the_alias_and_the_former_becomes_a_past_one()
    {
        var first = Given.Alert("a", 1).Closed(5);
        var second = Given.Alert("a", 2, episode: 2);
        Commit(Given.Write(first, 7));
        Commit(Given.Write(second, 8, replaces: true));
        Assert.Equal(second, LoadAlert("a"));
        Assert.Equal(first, Assert.IsType<ClosedAlertState>(Load(GrainKind.ClosedAlert, first.Id.ToString())).Alert);
        Assert.Null(Load(GrainKind.ClosedAlert, second.Id.ToString()));
    }

    [Fact]
    public void Close_and_next_episode_in_one_turn_are_both_kept()
    {
        var first = Given.Alert("a", 1);
        var second = Given.Alert("a", 2, episode: 2);
        Commit(Given.Write(first, 1));
        Commit(Given.Write(first.Closed(5), 2), Given.Write(second, 3, replaces: true));
        Assert.Equal(second, LoadAlert("a"));
        Assert.Equal(
            first.Closed(5), Assert.IsType<ClosedAlertState>(Load(GrainKind.ClosedAlert, first.Id.ToString())).Alert);
    }

    [Fact]
    public void Two_episodes_begun_in_one_turn_are_both_kept()
    {
        var first = Given.Alert("a", 1);
        var second = Given.Alert("a", 2, episode: 2);
        Commit(Given.Write(first.Closed(5), 1), Given.Write(second, 2, replaces: true));
        Assert.Equal(second, LoadAlert("a"));
        Assert.NotNull(Load(GrainKind.ClosedAlert, first.Id.ToString()));
    }

    [Fact]
    public void The_last_of_several_writes_of_a_grain_in_one_turn_stands()
    {
        var alert = Given.Alert("a", 1);
        Commit(Given.Write(alert, 1), Given.Write(alert with { Seen = true }, 2));
        Assert.True(LoadAlert("a").Seen);
    }

    [Fact]
    public void A_past_episode_takes_notes_under_positions_of_its_own_partition()
    {
        var first = Given.Alert("a", 1).Closed(5);
        Commit(Given.Write(first, asOf: 1_000));
        Commit(Given.Write(Given.Alert("a", 2, episode: 2), 1_001, replaces: true));
        var noted = new ClosedAlertState { Alert = first with { NoteCount = 1 } };
        Commit(Given.Write(noted, asOf: 1));
        Assert.Equal(noted, Load(GrainKind.ClosedAlert, first.Id.ToString()));
        Assert.Equal(1, Assert.Single(Store.Load([noted.Grain])).AsOf);

        Commit(Given.Write(new ClosedAlertState { Alert = first with { NoteCount = 9 } }, asOf: 1));
        Assert.Equal(noted, Load(GrainKind.ClosedAlert, first.Id.ToString()));
    }

    [Fact]
    public void A_deleted_alert_is_still_loaded_by_its_grain()
    {
        var alert = Given.Alert("a", 1) with { Status = AlertStatus.Deleted };
        Commit(Given.Write(alert, 1));
        Assert.Equal(alert, LoadAlert("a"));
    }

    [Theory]
    [InlineData("it's \"quoted\" \\ %_ $1 @q0")]
    [InlineData("naïve – 模型 – 🚨")]
    [InlineData("null \0 in the middle, \uE000 too, and \uE0000")]
    [InlineData("line\nfeed\tand tab")]
    public void A_key_of_any_characters_comes_back_as_it_was(string key)
    {
        var alert = Given.Alert(key, 1);
        Commit(turn =>
        {
            turn.Grains.Add(Given.Write(alert, 1));
            turn.Timers.Add(new TimerWrite(1, alert.Grain, "hold", new GrainTimer("hold", Given.At(1))));
            turn.Items.Add((alert.Grain, new ItemChange("notes", key, "{}")));
            turn.MessagesSent.Add(new StoredMessage(1, alert.Grain, alert.Grain, key));
            turn.Answers.Add((key, new StoredAnswer(default, Outcome.Material, key)));
        });
        Assert.Equal(alert, LoadAlert(key));
        Assert.Equal(alert.Grain, Assert.Single(Store.OpenAlerts("", 9)).Id);
        Assert.Equal(alert.Grain, Assert.Single(Store.DueTimers(Given.At(9), TimeSpan.Zero, 9)).Grain);
        Assert.Equal(key, Assert.Single(Store.Items(alert.Grain, new ItemRange("notes", "", 9))).Key);
        Assert.Equal((alert.Grain, key), (Store.Messages(0, 9)[0].To, Store.Messages(0, 9)[0].Command));
        Assert.Equal([key], Store.Answers([key]).Keys);
    }

    [Theory]
    [InlineData("a NUL \0 in a message")]
    [InlineData("a picture cut in half \uD83D")]
    public void No_words_of_a_sender_make_a_turn_fail(string words)
    {
        var alert = Given.Alert("a", 1);
        alert = alert with { Signal = alert.Signal with { Message = words, Source = words } };
        var note = new TimelineEntry(alert.Grain, "note", words, words);
        Commit(turn =>
        {
            turn.Grains.Add(Given.Write(alert, 1));
            turn.Grains.Add(Given.Write(Given.Incident("i-1", 2) with { Title = words, Owner = words }, 1));
            turn.Timeline.Add(new TimelineWrite(1, Given.At(1), note));
            turn.Log.Add(new LogRow(1, 1, turn.At, alert.Grain, "alert.close", Outcome.Refused, words, default, null));
            turn.Answers.Add(("key", new StoredAnswer(default, Outcome.Refused, words)));
        });
        Assert.StartsWith(words[..5], LoadAlert("a").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_alerts_are_walked_by_alias()
    {
        Commit(
            Given.Write(Given.Alert("c", 3), 1), Given.Write(Given.Alert("a", 1), 2),
            Given.Write(Given.Alert("B", 2), 3),
            Given.Write(Given.Alert("d", 4).Closed(9), 4), Given.Write(Given.Alert("e", 5), 5));
        Assert.Equal(["B", "a", "c"], Store.OpenAlerts("", 3).Select(grain => grain.Id.Key));
        Assert.Equal(["e"], Store.OpenAlerts("c", 3).Select(grain => grain.Id.Key));
        Assert.Empty(Store.OpenAlerts("e", 3));
    }

    private static readonly Comparer<GrainId> ByText =
        Comparer<GrainId>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));
}
