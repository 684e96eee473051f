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

    private static readonly HeartbeatState Created = new() { Settings = Nightly };
    private static readonly HeartbeatState Beating = Created with { Pings = new HeartbeatTally(Start), CheckAt = Start.AddMinutes(10) };
    private static readonly HeartbeatState Expired = Beating with { Expired = true, CheckAt = null };
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
            new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = "PONG - Heartbeat received", Delta = new HeartbeatDelta(later) },
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
            new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = "Heartbeat is disabled", Delta = new HeartbeatDelta(Start) },
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
            new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = "There is no heartbeat of this name" },
            Decide(null, new HeartbeatCommand.Ping(), Start));

    [Fact]
    public void What_a_living_source_says_makes_its_heartbeat_and_pings_it()
    {
        var made = Change("Heartbeat created by its first ping", Beating);
        Assert.Equal(made, Decide(null, Hear(), Start));
        Assert.Equal(made, Decide(Expired with { Deleted = true }, Hear(), Start));
        Assert.Equal(Change("PONG - Heartbeat received", Beating), Decide(Created, Hear(), Start));
        Assert.Equal(new HeartbeatDelta(Start.AddMinutes(1)), Decide(Beating, Hear(), Start.AddMinutes(1)).Delta);
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
    public void When_its_source_says_that_it_is_over_it_expires_at_once()
    {
        var at = Start.AddMinutes(3);
        var over = Decide(Beating, Hear(at), at);
        Assert.Equal((Expired, "Heartbeat expired: its source says that it is over"), (over.State, over.Reason));
        Assert.Equal(Decide(Beating, Fired(), Start.AddMinutes(10)).Messages, over.Messages);
        Assert.Equal(Expired, Decide(Beating, Hear(resolved: true), at).State);
    }

    [Fact]
    public void An_end_while_another_server_goes_on_and_one_that_is_known_change_nothing()
    {
        Assert.Equal(Unchanged("It was heard of after this end"), Decide(Beating, Hear(Start.AddSeconds(-1)), Start.AddMinutes(3)));
        Assert.Equal(Unchanged("Nothing is waited for"), Decide(Expired, Hear(Start.AddMinutes(3)), Start.AddMinutes(4)));
        Assert.Equal(Unchanged("There is no heartbeat of this name"), Decide(null, Hear(Start), Start));
    }

    private static HeartbeatCommand.Hear Hear(DateTimeOffset? endsAt = null, bool resolved = false) => new(Nightly, endsAt, resolved);

    private static Decision<HeartbeatState> Unchanged(string reason) => new() { Outcome = Outcome.Repeat, Reason = reason };

    private static HeartbeatCommand.TimerFired Fired() => new("silence", Start.AddMinutes(10));

    private static Decision<HeartbeatState> Decide(
        HeartbeatState? state, HeartbeatCommand command, DateTimeOffset at) =>
        Heartbeat.Decide(state, command, at);

    private static Decision<HeartbeatState> Change(string reason, HeartbeatState state, params Message[] messages) =>
        new() { Outcome = Outcome.Material, Reason = reason, State = state, Messages = messages.ToValueList() };

    private static Decision<HeartbeatState> Refused(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
