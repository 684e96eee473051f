using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>Nobody has answered and nobody has looked: what an escalation closes comes back while it fires.</summary>
public sealed class AlertClosedByEscalationTests
{
    private static readonly DateTimeOffset ClosedAt = Start.AddHours(1);
    private static readonly AlertState Closed = After(HeldAlert, Resolved(HeldAlert), ClosedAt);

    [Fact]
    public void It_is_said_that_no_person_closed_it()
    {
        var decision = Alert.Decide(HeldAlert, Resolved(HeldAlert), Small, ClosedAt);

        Assert.Equal(
            (AlertStatus.Closed, ClosedHow.ClosedByEscalation, ""),
            (decision.State!.Status, decision.State.ClosedHow, decision.State.ClosedBy));
        Assert.Equal("Closed with its incident, as nobody answered its escalation", decision.Reason);
        Assert.Equal(
            [ToIncident(new IncidentCommand.MemberClosed(FirstMember with { Open = false }, ClosedHow.ClosedByEscalation, false))],
            decision.Messages);
    }

    [Fact]
    public void While_the_same_problem_fires_on_it_opens_again_after_the_reminder()
    {
        var almost = Alert.Decide(Closed, new AlertCommand.Receive(Firing), Small, ClosedAt.AddDays(1).AddTicks(-1));

        Assert.Equal(
            (Outcome.Repeat, "Closed as nobody answered; the source still fires the same problem, which opens again later"),
            (almost.Outcome, almost.Reason));
        Assert.Equal((AlertStatus.Open, 2), Of(After(Closed, new AlertCommand.Receive(Firing), ClosedAt.AddDays(1))));
    }

    [Fact]
    public void A_start_that_was_not_known_opens_it_at_once_also_one_before_the_close()
    {
        var anew = Firing with { StartsAt = ClosedAt.AddMinutes(-1) };

        Assert.Equal((AlertStatus.Open, 2), Of(After(Closed, new AlertCommand.Receive(anew), ClosedAt.AddMinutes(1))));
    }

    [Fact]
    public void Once_its_source_said_that_it_is_over_the_next_firing_opens_it()
    {
        var over = After(Closed, new AlertCommand.Receive(Firing with { Resolved = true }), ClosedAt.AddMinutes(1));

        Assert.Equal((AlertStatus.Open, 2), Of(After(over, new AlertCommand.Receive(Firing), ClosedAt.AddMinutes(2))));
    }

    private static (AlertStatus, int) Of(AlertState state) => (state.Status, state.Episode);

    private static AlertCommand.IncidentResolved Resolved(AlertState alert) =>
        new(alert.Id, IncidentId, 1, "") { ByEscalation = true };
}
