using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Heartbeats;

public sealed class HeartbeatTests
{
    private static readonly HeartbeatSettings Nightly =
        new("nightly-training", "", 10, "minutes", Enabled: true, "ml-platform", "", ["training"], Priority.P2);

    private static readonly HeartbeatSettings Seldom = Nightly with { IntervalCount = 12 * 60 };

    private static readonly HeartbeatState Created = new() { Settings = Nightly };
    private static readonly HeartbeatState Beating = Created with { Pings = new HeartbeatTally(Start), CheckAt = Start.AddMinutes(10) };
    private static readonly HeartbeatState Expired = Beating with { Expired = true, CheckAt = null };
    private static readonly HeartbeatState Heard = Beating with { FollowsSource = true };
    private static readonly GrainId Alert = new(GrainKind.Alert, "heartbeat:nightly-training");
    private static readonly Message Close = new(
        Alert, new AlertCommand.Close(null, "", "nightly-training", "", ByPerson: false));

    [Fact]
    public void One_that_never_beat_waits_for_its_first_ping()
    {
        Assert.Equal(Change("Heartbeat created", Created), Decide(null, new HeartbeatCommand.Create(Nightly), Start));
        Assert.Empty(Created.Timers);
    }

    [Fact]
    public void The_first_ping_starts_the_watch_and_the_next_are_repeats()
    {
        var later = Start.AddMinutes(4);
        Assert.Equal(Change("PONG - Heartbeat received", Beating), Decide(Created, new HeartbeatCommand.Ping(), Start));
        Assert.Equal(
            Repeat("PONG - Heartbeat received", later),
            Decide(Beating, new HeartbeatCommand.Ping(), later));
        Assert.Equal([GrainTimer.Absence("silence", Start.AddMinutes(10), TimeSpan.FromMinutes(10))], Beating.Timers);
    }

    [Fact]
    public void The_timer_looks_at_the_last_ping()
    {
        var pinged = Beating with { Pings = new HeartbeatTally(Start.AddMinutes(4)) };

        Assert.Equal(
            Change("Still beating", pinged with { CheckAt = Start.AddMinutes(14) }),
            Decide(pinged, Fired(), Start.AddMinutes(10)));
    }

    [Fact]
    public void Silence_past_the_interval_opens_an_alert_of_the_owner_team()
    {
        var signal = new Signal
        {
            Alias = "heartbeat:nightly-training",
            Message = "nightly-training is expired",
            Labels = Labels.From([new("alertname", "HeartbeatExpired"), new("heartbeat", "nightly-training")]),
            Tags = ["training"],
            Source = "nightly-training",
            Priority = Priority.P2,
            KeyTeam = "ml-platform",
            Integration = new Integration("heartbeat", "Heartbeat", "Heartbeat"),
        };

        Assert.Equal(
            Change("Heartbeat expired", Expired, new Message(Alert, new AlertCommand.Receive(signal))),
            Decide(Beating, Fired(), Start.AddMinutes(10)));
    }

    [Fact]
    public void The_next_ping_closes_the_alert_and_watches_again()
    {
        var at = Start.AddHours(1);

        Assert.Equal(
            Change(
                "PONG - Heartbeat received",
                Beating with { Pings = new HeartbeatTally(at), CheckAt = at.AddMinutes(10) },
                Close),
            Decide(Expired, new HeartbeatCommand.Ping(), at));
    }

    [Fact]
    public void Disabled_it_closes_its_alert_counts_pings_and_never_expires()
    {
        var off = Nightly with { Enabled = false };
        var disabled = Expired with { Settings = off, Expired = false };

        Assert.Equal(
            Change("Heartbeat updated", disabled, Close), Decide(Expired, new HeartbeatCommand.Update(off), Start));
        Assert.Equal(
            Repeat("Heartbeat is disabled", Start),
            Decide(disabled, new HeartbeatCommand.Ping(), Start));
        Assert.Empty(disabled.Timers);
    }

    [Fact]
    public void Enabled_again_it_waits_for_a_ping()
    {
        var disabled = Beating with { Settings = Nightly with { Enabled = false }, CheckAt = null };

        Assert.Equal(
            Change("Heartbeat updated", Beating with { CheckAt = null }),
            Decide(disabled, new HeartbeatCommand.Update(Nightly), Start));
    }

    [Fact]
    public void Changed_while_it_waits_for_a_ping_it_waits_on()
    {
        var enabled = Beating with { CheckAt = null };

        Assert.Null(Decide(enabled, new HeartbeatCommand.Update(Nightly with { IntervalCount = 3 }), Start.AddHours(9)).State!.CheckAt);
    }

    [Fact]
    public void A_shorter_interval_counts_from_the_last_ping()
    {
        var shorter = Nightly with { IntervalCount = 3 };

        Assert.Equal(
            Change("Heartbeat updated", Beating with { Settings = shorter, CheckAt = Start.AddMinutes(3) }),
            Decide(Beating, new HeartbeatCommand.Update(shorter), Start.AddMinutes(1)));
    }

    [Fact]
    public void Deleted_it_closes_its_alert_and_its_name_is_free()
    {
        var deleted = Expired with { Deleted = true };

        Assert.Equal(
            Change("Heartbeat deleted", deleted, Close), Decide(Expired, new HeartbeatCommand.Delete(), Start));
        Assert.Equal(
            Change("Heartbeat created", Created), Decide(deleted, new HeartbeatCommand.Create(Nightly), Start));
        Assert.Equal(Refused("Heartbeat does not exist"), Decide(deleted, new HeartbeatCommand.Delete(), Start));
        Assert.Equal(Refused("Heartbeat already exists"), Decide(Beating, new HeartbeatCommand.Create(Nightly), Start));
    }

    [Fact]
    public void A_ping_of_an_unknown_name_does_nothing() =>
        Assert.Equal(
            Unchanged("There is no heartbeat of this name"),
            Decide(null, new HeartbeatCommand.Ping(), Start));

    [Fact]
    public void What_a_living_source_says_makes_its_heartbeat_and_pings_it()
    {
        var made = Change("Heartbeat created by its first ping", Heard);
        Assert.Equal(made, Decide(null, Hear(), Start));
        Assert.Equal(made, Decide(Expired with { Deleted = true }, Hear(), Start));
        Assert.Equal(Change("PONG - Heartbeat received", Beating), Decide(Created, Hear(), Start));
        Assert.Equal(Repeat("PONG - Heartbeat received", Start.AddMinutes(1)), Decide(Heard, Hear(), Start.AddMinutes(1)));
        Assert.Equal([Close], Decide(Expired, Hear(), Start.AddHours(1)).Messages);
    }

    [Fact]
    public void One_that_is_said_more_seldom_is_waited_for_as_long_as_it_says()
    {
        var seldom = Decide(null, Hear(Start.AddMinutes(39.5)), Start).State!;
        Assert.Equal((40, "minutes"), (seldom.Settings.IntervalCount, seldom.Settings.IntervalUnit));
        Assert.Equal(Start.AddMinutes(40), seldom.CheckAt);
        Assert.Equal(Nightly, Decide(null, Hear(Start.AddMinutes(4)), Start).State!.Settings);
    }

    [Fact]
    public void One_that_also_comes_more_seldom_is_waited_for_longer_from_that_ping_on()
    {
        var at = Start.AddMinutes(9);
        var longer = Change(
            "PONG - Heartbeat received, which comes more seldom than it did",
            Heard with { Settings = Seldom, Pings = new HeartbeatTally(at), CheckAt = at.AddHours(12) });
        Assert.Equal(longer, Decide(Heard, Hear(made: Seldom), at));
        Assert.Equal(longer, Decide(Heard, Hear(at.AddHours(11.999)), at));
        Assert.Equal(longer with { Messages = [Close] }, Decide(Heard with { Expired = true, CheckAt = null }, Hear(made: Seldom), at));
    }

    [Fact]
    public void None_that_comes_more_often_makes_it_wait_less()
    {
        var longer = Decide(Heard, Hear(made: Seldom), Start).State!;
        Assert.Equal(Repeat("PONG - Heartbeat received", Start.AddMinutes(1)), Decide(longer, Hear(), Start.AddMinutes(1)));
        Assert.Equal("The timer was moved meanwhile", Decide(longer, Fired(), Start.AddMinutes(10)).Reason);
    }

    [Fact]
    public void An_end_that_a_wrong_clock_announces_makes_it_wait_for_a_day_at_most()
    {
        var longest = Decide(Heard, Hear(Start.AddYears(50)), Start).State!;
        Assert.Equal(TimeSpan.FromDays(1), longest.Settings.Interval);
        Assert.Equal(Outcome.Repeat, Decide(longest, Hear(Start.AddYears(50)), Start.AddMinutes(1)).Outcome);
        Assert.Equal(TimeSpan.FromDays(1), Decide(null, Hear(DateTimeOffset.MaxValue), Start).State!.Settings.Interval);
    }

    [Fact]
    public void What_is_configured_is_waited_for_however_long_that_is()
    {
        var month = Nightly.Every(TimeSpan.FromDays(30));
        Assert.Equal(month, Decide(Heard, Hear(Start.AddYears(50), made: month), Start).State!.Settings);
    }

    [Fact]
    public void An_interval_that_a_person_has_set_stays()
    {
        var at = Start.AddMinutes(1);
        foreach (var set in new[] { Beating, Decide(Heard, new HeartbeatCommand.Update(Nightly), Start).State! })
        {
            Assert.Equal(Beating, set);
            Assert.Equal(Repeat("PONG - Heartbeat received", at), Decide(set, Hear(at.AddHours(12), made: Seldom), at));
        }
    }

    [Fact]
    public void Changed_in_all_but_its_interval_it_keeps_the_one_it_has_by_now_and_follows_on()
    {
        var longer = Decide(Heard, Hear(made: Seldom), Start).State!;
        var changed = Decide(longer, new HeartbeatCommand.Update(Nightly with { OwnerTeam = "serving" }, KeepsInterval: true), Start).State!;
        Assert.Equal(longer with { Settings = Seldom with { OwnerTeam = "serving" } }, changed);
        Assert.Equal(TimeSpan.FromDays(1), Decide(changed, Hear(Start.AddDays(1)), Start).State!.Settings.Interval);
    }

    [Fact]
    public void What_is_said_of_a_disabled_one_is_counted_and_no_more()
    {
        var disabled = Heard with { Settings = Nightly with { Enabled = false }, CheckAt = null };
        Assert.Equal(Repeat("Heartbeat is disabled", Start), Decide(disabled, Hear(), Start));
        Assert.Equal(Repeat("Heartbeat is disabled", Start), Decide(disabled, Hear(made: Seldom), Start));
        Assert.Equal(Unchanged("Nothing is waited for"), Decide(disabled, Hear(resolved: true), Start));
    }

    [Fact]
    public void When_its_source_says_that_it_is_over_it_expires_unless_it_is_heard_of_soon()
    {
        var at = Start.AddMinutes(3);
        var beating = Decide(null, Hear(made: Seldom), Start).State!;
        var over = beating with { EndedAt = at, CheckAt = at.AddMinutes(6) };
        Assert.Equal(Change("Its source says that it is over", over), Decide(beating, Hear(at, made: Seldom), at));
        Assert.Equal(over, Decide(beating, Hear(resolved: true, made: Seldom), at).State);

        var expired = Decide(over, Fired(), at.AddMinutes(6));
        Assert.Equal(
            (over with { Expired = true, CheckAt = null }, "Heartbeat expired: its source says that it is over"),
            (expired.State, expired.Reason));
        Assert.Equal(Decide(Beating, Fired(), Start.AddMinutes(10)).Messages, expired.Messages);
    }

    [Fact]
    public void An_end_makes_no_silence_longer()
    {
        var at = Start.AddMinutes(9);
        Assert.Equal(Heard with { EndedAt = at }, Decide(Heard, Hear(at), at).State);
        Assert.True(Decide(Heard with { EndedAt = at }, Fired(), Start.AddMinutes(10)).State!.Expired);
    }

    [Fact]
    public void A_ping_after_an_end_is_a_repeat_like_any_other_and_no_alert_follows()
    {
        var (at, later) = (Start.AddMinutes(3), Start.AddMinutes(4));
        var over = Decide(Decide(null, Hear(made: Seldom), Start).State, Hear(at), at).State!;
        Assert.Equal(Repeat("PONG - Heartbeat received", later), Decide(over, Hear(made: Seldom), later));

        var pinged = (HeartbeatState)over.Fold(new HeartbeatDelta(later));
        Assert.Equal(
            Change("Still beating", pinged with { CheckAt = later.AddHours(12) }),
            Decide(pinged, Fired(), at.AddMinutes(6)));
        Assert.Null(Decide(over with { Expired = true, CheckAt = null }, Hear(), later).State!.EndedAt);
    }

    [Fact]
    public void A_ping_that_comes_after_an_end_within_one_turn_undoes_it()
    {
        var at = Start.AddMinutes(3);
        var over = Decide(Decide(null, Hear(made: Seldom), Start).State, Hear(resolved: true, made: Seldom), at).State!;
        Assert.Equal(
            Change(
                "PONG - Heartbeat received",
                over with { EndedAt = null, Pings = new HeartbeatTally(at), CheckAt = at.AddHours(12) }),
            Decide(over, Hear(made: Seldom), at));
        Assert.Null(Decide(over, new HeartbeatCommand.Ping(), at).State!.EndedAt);
    }

    [Fact]
    public void An_end_shortly_after_a_ping_is_one_unless_that_server_ended_before()
    {
        Assert.Equal(Start.AddMinutes(6), Decide(Heard, Hear(resolved: true), Start).State!.CheckAt);
        Assert.Equal(Start.AddMinutes(6), Decide(Heard, Hear(Start), Start).State!.CheckAt);
        Assert.Equal(Unchanged("It was heard of after this end"), Decide(Heard, Hear(Start.AddSeconds(-1)), Start.AddMinutes(3)));
    }

    [Fact]
    public void An_end_that_is_said_again_counts_from_the_first_and_another_after_a_ping_anew()
    {
        var (at, later) = (Start.AddMinutes(3), Start.AddMinutes(5));
        var over = Decide(Heard, Hear(at), at).State!;
        Assert.Equal(Unchanged("Its end is known"), Decide(over, Hear(at), later));
        Assert.Equal(Unchanged("Its end is known"), Decide(over, Hear(resolved: true), later));

        var pinged = (HeartbeatState)over.Fold(new HeartbeatDelta(Start.AddMinutes(4)));
        Assert.Equal(Unchanged("It was heard of after this end"), Decide(pinged, Hear(at), later));
        Assert.Equal(pinged with { EndedAt = later, CheckAt = Start.AddMinutes(11) }, Decide(pinged, Hear(resolved: true), later).State);
    }

    [Fact]
    public void Changed_after_an_end_it_expires_as_soon()
    {
        var over = Decide(Heard, Hear(resolved: true), Start).State!;
        var update = new HeartbeatCommand.Update(Seldom);
        Assert.Equal(Start.AddMinutes(6), Decide(over, update, Start.AddMinutes(1)).State!.CheckAt);
    }

    [Fact]
    public void An_end_of_what_expired_or_never_was_changes_nothing()
    {
        Assert.Equal(Unchanged("Nothing is waited for"), Decide(Expired, Hear(Start.AddMinutes(3)), Start.AddMinutes(4)));
        Assert.Equal(Unchanged("There is no heartbeat of this name"), Decide(null, Hear(Start), Start));
    }

    private static HeartbeatCommand.Hear Hear(
        DateTimeOffset? endsAt = null, bool resolved = false, HeartbeatSettings? made = null) =>
        new(made ?? Nightly, endsAt, resolved);

    private static Decision<HeartbeatState> Unchanged(string reason) => new() { Outcome = Outcome.Repeat, Reason = reason };

    private static Decision<HeartbeatState> Repeat(string reason, DateTimeOffset at) =>
        Unchanged(reason) with { Delta = new HeartbeatDelta(at) };

    private static HeartbeatCommand.TimerFired Fired() => new("silence", Start.AddMinutes(10));

    private static Decision<HeartbeatState> Decide(
        HeartbeatState? state, HeartbeatCommand command, DateTimeOffset at) =>
        Heartbeat.Decide(state, command, at);

    private static Decision<HeartbeatState> Change(string reason, HeartbeatState state, params Message[] messages) =>
        new() { Outcome = Outcome.Material, Reason = reason, State = state, Messages = messages.ToValueList() };

    private static Decision<HeartbeatState> Refused(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
