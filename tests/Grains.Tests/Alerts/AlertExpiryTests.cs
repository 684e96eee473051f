using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>Sources that re-send: their silence means that it is over.</summary>
public sealed class AlertExpiryTests
{
    private static readonly Signal Resent = Firing with { ResendsWhileFiring = true, EndsAt = Start.AddMinutes(4) };

    /// <summary>An Alertmanager's webhook: a resolve beyond its limit is never sent.</summary>
    private static readonly Signal Seldom = Firing with { ResendsSeldom = true };

    [Fact]
    public void The_announced_end_is_an_absence_timer_of_that_length()
    {
        var alert = Held(Opened(Resent));

        Assert.Equal([GrainTimer.Absence("expiry", Start.AddMinutes(4), TimeSpan.FromMinutes(4))], alert.Timers);
    }

    [Fact]
    public void Without_an_end_the_policys_time_counts()
    {
        var alert = Held(Opened(Resent with { EndsAt = null }));

        Assert.Equal([GrainTimer.Absence("expiry", Start.AddMinutes(5), TimeSpan.FromMinutes(5))], alert.Timers);
    }

    [Fact]
    public void A_source_that_does_not_re_send_never_expires() =>
        Assert.Empty(Held(Opened(Firing with { EndsAt = Start.AddMinutes(4) })).Timers);

    [Fact]
    public void A_source_that_re_sends_seldom_expires_after_a_long_silence_of_which_we_listened_five_minutes()
    {
        var alert = Held(Opened(Seldom));

        Assert.Equal([new GrainTimer("expiry", Start.AddHours(12), GrainTimer.LongestQuiet)], alert.Timers);
        Assert.Equal(
            (AlertStatus.Closed, ClosedHow.Expired, "Expired: the source was silent for 12 h"),
            Fire(alert, Start.AddHours(12)) is var d ? (d.State!.Status, d.State.ClosedHow, d.Reason) : default);
    }

    [Fact]
    public void Repeated_after_four_hours_it_has_twelve_more()
    {
        var alert = Receive(Held(Opened(Seldom)), Seldom, Start.AddHours(4));

        var looked = Fire(alert, Start.AddHours(12));

        Assert.Equal(("Still re-sent", Start.AddHours(16)), (looked.Reason, looked.State!.ExpiryCheckAt));
        Assert.Equal(AlertStatus.Closed, Fire(looked.State, Start.AddHours(16)).State!.Status);
    }

    [Fact]
    public void The_long_silence_is_the_policys()
    {
        var policy = Small with { Settings = Small.Settings with { WebhookTimeout = TimeSpan.FromHours(50) } };

        Assert.Equal(Start.AddHours(50), Opened(Seldom, policy).ExpiryCheckAt);
    }

    [Fact]
    public void A_repeat_leaves_the_timer_and_the_timer_looks_at_the_newest_end()
    {
        var repeated = Receive(Held(Opened(Resent)), Resent with { EndsAt = Start.AddMinutes(7) }, Start.AddMinutes(3));

        var decision = Fire(repeated, Start.AddMinutes(4));

        Assert.Equal(Start.AddMinutes(4), repeated.ExpiryCheckAt);
        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Still re-sent",
                State = repeated with { ExpiryCheckAt = Start.AddMinutes(7) },
            },
            decision);
    }

    [Fact]
    public void One_that_opened_shortly_before_its_end_is_listened_for_as_long_as_its_source_says_then()
    {
        var late = Receive(Held(Opened(Resent with { EndsAt = Start.AddSeconds(1) })), Resent, Start.AddSeconds(0.5));

        var looked = Fire(late, Start.AddSeconds(1)).State!;

        Assert.Equal([GrainTimer.Absence("expiry", Start.AddMinutes(4), TimeSpan.FromSeconds(239.5))], looked.Timers);
    }

    [Fact]
    public void Silence_past_the_end_closes_it_as_expired()
    {
        var alert = Held(Opened(Resent));
        var at = Start.AddMinutes(4);

        var decision = Fire(alert, at);

        var closed = alert with
        {
            Status = AlertStatus.Closed,
            ClosedAt = at,
            ClosedHow = ClosedHow.Expired,
            UpdatedAt = at,
            SourceResolvedSince = true,
            ExpiryCheckAt = null,
        };
        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Expired: the source was silent for 4 min",
                State = closed,
                Messages = [ToIncident(Closed(MemberOf(alert), ClosedHow.Expired))],
                Timeline = [new TimelineEntry(closed.History, "closed", "Expired: the source was silent for 4 min")],
            },
            decision);
    }

    [Fact]
    public void A_re_send_with_an_earlier_end_brings_the_timer_forward()
    {
        var alert = Held(Opened(Resent with { EndsAt = Start.AddHours(10) }));

        var sooner = Receive(alert, Resent with { EndsAt = Start.AddMinutes(5) }, Start.AddMinutes(1));

        Assert.Equal(
            alert with
            {
                Count = new AlertTally(2, Start.AddMinutes(1), Start.AddMinutes(5), null),
                ExpiryCheckAt = Start.AddMinutes(5),
            },
            sooner);
        Assert.Equal(AlertStatus.Closed, Fire(sooner, Start.AddMinutes(5)).State!.Status);
    }

    [Fact]
    public void Re_sent_without_an_end_it_has_the_policys_time_from_then_unless_it_announced_a_later_end()
    {
        var alert = Receive(Held(Opened(Resent)), Resent with { EndsAt = null }, Start.AddMinutes(3.5));

        Assert.Equal(Start.AddMinutes(8.5), alert.SilentUntil);
        Assert.Equal(
            Start.AddMinutes(9.5), Receive(alert, Resent with { EndsAt = null }, Start.AddMinutes(4.5)).SilentUntil);
        var hour = Held(Opened(Resent with { EndsAt = Start.AddHours(1) }));
        Assert.Equal(Start.AddHours(1), Receive(hour, Resent with { EndsAt = null }, Start.AddMinutes(3)).SilentUntil);
    }

    private static AlertState Receive(AlertState state, Signal signal, DateTimeOffset at) =>
        After(state, new AlertCommand.Receive(signal), at);

    private static Decision<AlertState> Fire(AlertState state, DateTimeOffset at) =>
        Alert.Decide(state, new AlertCommand.TimerFired("expiry", state.ExpiryCheckAt!.Value), Small, at);
}
