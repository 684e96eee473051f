using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

public sealed class AlertSuppressionTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly Silencing Hour = Silence("hour", 60);
    private static readonly Silencing Day = Silence("day", 24 * 60);

    [Fact]
    public void An_alert_that_opens_under_silences_names_them_and_looks_again_at_the_earliest_end()
    {
        var alert = Opened(
            Firing, With(Day, Hour, Silence("other", 5) with { Matchers = Policies.Match("{alias=\"other\"}") }));

        Assert.Equal(["day", "hour"], alert.SuppressedBy);
        Assert.Equal(Start.AddHours(1), alert.SuppressedUntil);
        Assert.Contains(new GrainTimer("suppressed", Start.AddHours(1)), alert.Timers);
        var decision = Alert.Decide(null, new AlertCommand.Receive(Firing), With(Day, Hour), Start);
        Assert.Equal("Silenced by day, hour", decision.Reason);
        Assert.Equal("Silenced by day, hour", decision.Timeline[^1].Text);
    }

    [Fact]
    public void A_silence_that_begins_is_remembered_and_told()
    {
        var decision = Reconsider(HeldAlert, With(Hour), Later);

        var silenced = HeldAlert with { SuppressedBy = ["hour"], SuppressedSince = Later, SuppressedUntil = Start.AddHours(1), UpdatedAt = Later };
        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Silenced by hour",
                State = silenced,
                Messages = [ToIncident(new IncidentCommand.MemberChanged(FirstMember, FirstMember with { SuppressedBy = ["hour"], SuppressedSince = Later }))],
                Timeline = [new TimelineEntry(silenced.History, "suppression", "Silenced by hour")],
            },
            decision);
    }

    [Fact]
    public void What_still_fires_when_the_last_silence_ends_is_told()
    {
        var silenced = Reconsider(HeldAlert, With(Hour), Later).State!;

        var decision = Alert.Decide(
            silenced, new AlertCommand.TimerFired("suppressed", Start.AddHours(1)), With(Hour), Start.AddHours(1));

        Assert.Equal("No longer silenced by hour", decision.Reason);
        Assert.Equal(HeldAlert with { UpdatedAt = Start.AddHours(1) }, decision.State);
        Assert.Equal(
            [ToIncident(new IncidentCommand.MemberChanged(MemberOf(silenced), FirstMember))], decision.Messages);
    }

    [Fact]
    public void A_silence_that_ends_by_hand_is_gone_from_the_policy_and_the_alert_looks_again()
    {
        var silenced = Reconsider(HeldAlert, With(Hour), Later).State!;

        Assert.True(AlertSuppression.IsOutdated(silenced, Small, Later));
        Assert.Equal(HeldAlert with { UpdatedAt = Later }, Reconsider(silenced, Small, Later).State);
    }

    [Fact]
    public void A_silence_that_is_made_longer_moves_the_timer_and_tells_nobody()
    {
        var silenced = Reconsider(HeldAlert, With(Hour), Later).State!;

        var decision = Reconsider(silenced, With(Hour with { EndsAt = Start.AddHours(2) }), Later);

        Assert.Equal(silenced with { SuppressedUntil = Start.AddHours(2) }, decision.State);
        Assert.Empty(decision.Messages);
    }

    [Fact]
    public void Nothing_new_changes_nothing() =>
        Assert.Equal(
            new Decision<AlertState> { Outcome = Outcome.Repeat, Reason = "Suppression is unchanged" },
            Reconsider(HeldAlert, With(Hour with { StartsAt = Later.AddSeconds(1) }), Later));

    private static Decision<AlertState> Reconsider(AlertState state, PolicyVersion policy, DateTimeOffset at) =>
        Alert.Decide(state, new AlertCommand.Reconsider(), policy, at);

    private static PolicyVersion With(params Silencing[] silences) => Small with { Silences = silences.ToValueList() };

    private static Silencing Silence(string id, int minutes) =>
        new(
            id,
            Policies.Match("{alias=\"churn-accuracy\"}"),
            Start.AddMinutes(-1),
            Start.AddMinutes(minutes),
            "ann",
            "");
}
