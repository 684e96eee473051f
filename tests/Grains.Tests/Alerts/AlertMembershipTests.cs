using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

public sealed class AlertMembershipTests
{
    private static readonly DateTimeOffset Later = Start.AddSeconds(20);

    [Fact]
    public void The_first_incident_that_confirms_holds_it_and_the_hold_timer_ends() =>
        Assert.Equal(
            Say(
                "Held by incident incident-1",
                NewAlert with { IncidentId = IncidentId, IncidentResolves = 2, HoldUntil = null }),
            Confirm(NewAlert, FirstMember, IncidentId, resolves: 2));

    [Fact]
    public void What_changed_while_no_incident_answered_is_told_with_the_confirmation()
    {
        var acknowledge = new IncidentCommand.Acknowledge("ann", "mine");
        var responder = new Responder("user", "bob");
        var changed = After(NewAlert, new AlertCommand.SetPriority(null, Priority.P1, "ann"), Later);
        changed = After(changed, new AlertCommand.AddResponder(null, responder, "ann", ""), Later);
        changed = After(changed, new AlertCommand.Handle(null, acknowledge), Later);

        var decision = Confirm(changed, FirstMember);

        Assert.Equal(
            Say(
                "Held by incident incident-1",
                changed with { IncidentId = IncidentId, HoldUntil = null, Waiting = [] },
                ToIncident(new IncidentCommand.MemberChanged(FirstMember, MemberOf(changed))),
                ToIncident(new IncidentCommand.PageResponder(responder, "")),
                ToIncident(Person(acknowledge))),
            decision);
    }

    [Fact]
    public void An_alert_closed_before_its_incident_confirmed_tells_it_so()
    {
        var closed = After(NewAlert, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

        Assert.Equal(
            Say(
                "Closed before the incident held it",
                closed with { IncidentId = IncidentId },
                ToIncident(Closed(FirstMember, ClosedHow.ClosedByPerson))),
            Confirm(closed, FirstMember));
    }

    [Fact]
    public void An_episode_that_was_followed_by_another_is_closed_where_it_is_confirmed()
    {
        var next = After(After(NewAlert, Over(), Later), new AlertCommand.Receive(Firing), Later);

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Refused,
                Reason = "Another episode of the alias is current",
                Messages = [ToIncident(Closed(FirstMember))],
            },
            Confirm(next, FirstMember));
    }

    [Fact]
    public void Unconfirmed_it_opens_an_incident_of_its_own_and_again_until_one_confirms()
    {
        var own = DerivedId.Of("own incident", "churn-accuracy", 1).ToString();

        var decision = Alert.Decide(
            NewAlert, new AlertCommand.TimerFired("hold", Start.AddSeconds(30)), Small, Start.AddSeconds(30));

        Assert.Equal(
            Say(
                "No incident confirmed it in time: it opens its own",
                NewAlert with { HoldUntil = Start.AddSeconds(60) },
                ToIncident(new IncidentCommand.Open("", FirstMember), own)),
            decision);
    }

    [Fact]
    public void A_late_second_confirmation_is_told_that_another_holds_it() =>
        Assert.Equal(
            Say(
                "Already held by incident incident-1",
                HeldAlert,
                ToIncident(new IncidentCommand.MemberLeft(FirstMember), "incident-2")),
            Confirm(HeldAlert, FirstMember, "incident-2"));

    [Fact]
    public void The_hold_timer_of_a_held_alert_opens_nothing() =>
        Assert.Equal(
            Unchanged("An incident holds it"),
            Alert.Decide(HeldAlert, new AlertCommand.TimerFired("hold", Later), Small, Later));

    [Fact]
    public void A_merge_moves_it_and_it_shows_itself_to_the_survivor()
    {
        var moved = HeldAlert with { IncidentId = "incident-2", IncidentResolves = 3, MovedFrom = IncidentId };

        var decision = Alert.Decide(
            HeldAlert, new AlertCommand.Moved(HeldAlert.Id, IncidentId, "incident-2", 3), Small, Later);

        Assert.Equal(
            Say(
                "Moved to incident incident-2",
                moved,
                ToIncident(
                    new IncidentCommand.MemberMoved(FirstMember with { Reason = "merged from incident-1" }, 3),
                    "incident-2")),
            decision);
    }

    [Fact]
    public void A_closed_alert_moves_silently()
    {
        var closed = After(HeldAlert, Over(), Later);

        Assert.Equal(
            Say("Moved to incident incident-2", closed with { IncidentId = "incident-2", MovedFrom = IncidentId }),
            Alert.Decide(closed, new AlertCommand.Moved(closed.Id, IncidentId, "incident-2", 0), Small, Later));
    }

    [Fact]
    public void A_merge_of_an_incident_that_does_not_hold_it_moves_nothing() =>
        Assert.Equal(
            Unchanged("Held elsewhere, or another episode of the alias is current"),
            Alert.Decide(HeldAlert, new AlertCommand.Moved(HeldAlert.Id, "incident-3", "incident-2", 0), Small, Later));

    [Fact]
    public void Confirmed_where_a_merge_brought_it_already_it_is_counted_once_less()
    {
        var moved = After(HeldAlert, new AlertCommand.Moved(HeldAlert.Id, IncidentId, "incident-2", 0), Later);

        Assert.Equal(
            Say(
                "Held by this incident already, through a merge",
                moved,
                ToIncident(new IncidentCommand.MemberLeft(FirstMember), "incident-2"),
                ToIncident(new IncidentCommand.MemberMoved(MemberOf(moved), 0), "incident-2")),
            Confirm(moved, FirstMember, "incident-2"));
    }

    [Fact]
    public void The_incident_that_stands_for_a_poisoned_signal_is_left_alone() =>
        Assert.Equal(
            Unchanged("The incident stands for a signal that could not be decided"),
            Confirm(HeldAlert, FirstMember with { AlertId = Guid.Empty, Bare = true }, "incident-9"));

    [Fact]
    public void A_persons_resolve_of_its_incident_closes_it_and_it_says_so()
    {
        var closed = HeldAlert with
        {
            Status = AlertStatus.Closed,
            ClosedAt = Later,
            ClosedHow = ClosedHow.ClosedByPerson,
            ClosedBy = "ann",
            ClosedWithIncident = true,
            UpdatedAt = Later,
        };

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Closed with its incident",
                State = closed,
                Messages = [ToIncident(Closed(FirstMember, ClosedHow.ClosedByPerson))],
                Timeline = [new TimelineEntry(closed.History, "closed", "Closed with its incident", "ann")],
            },
            Resolve(HeldAlert, IncidentId, 1));
    }

    [Theory]
    [InlineData(IncidentId, 2)]
    [InlineData("incident-2", 3)]
    public void A_resolve_from_before_it_joined_or_of_another_incident_does_not_close_it(
        string incident, int resolves) =>
        Assert.Equal(
            Unchanged("Not in the incident when it was resolved"),
            Resolve(HeldAlert with { IncidentResolves = 2 }, incident, resolves));

    [Fact]
    public void Opened_again_its_incident_lets_go_of_what_a_person_closed_with_it()
    {
        var closed = Resolve(HeldAlert, IncidentId, 1).State!;
        AlertCommand.IncidentReopened reopened = new(closed.Id, IncidentId);

        var freed = Alert.Decide(closed, reopened, Small, Later).State!;

        Assert.Equal(closed with { SourceResolvedSince = true, UpdatedAt = Later }, freed);
        Assert.Equal(Unchanged("It was not closed with its incident"), Alert.Decide(HeldAlert, reopened, Small, Later));
        Assert.Equal(
            Unchanged("It was not closed with its incident"),
            Alert.Decide(closed, reopened with { IncidentId = "incident-2" }, Small, Later));

        var alone = Alert.Decide(HeldAlert, new AlertCommand.Close(null, "bob", "", "", ByPerson: true), Small, Later).State!;
        Assert.Equal(Unchanged("It was not closed with its incident"), Alert.Decide(alone, reopened, Small, Later));
    }

    private static Decision<AlertState> Confirm(
        AlertState state, Member told, string incident = IncidentId, int resolves = 0) =>
        Alert.Decide(state, new AlertCommand.Confirmed(told, incident, resolves), Small, Later);

    private static Decision<AlertState> Resolve(AlertState state, string incident, int resolves) =>
        Alert.Decide(state, new AlertCommand.IncidentResolved(state.Id, incident, resolves, "ann"), Small, Later);

    private static AlertCommand.Receive Over() => new(Firing with { Resolved = true });

    private static Decision<AlertState> Say(string reason, AlertState state, params Message[] messages) =>
        new() { Outcome = Outcome.Material, Reason = reason, State = state, Messages = messages.ToValueList() };

    private static Decision<AlertState> Unchanged(string reason) => new() { Outcome = Outcome.Repeat, Reason = reason };
}
