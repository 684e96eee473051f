using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>A team may climb another ladder for what is more urgent.</summary>
public sealed class IncidentPriorityLadderTests
{
    private static readonly Escalation Urgent = new("urgent", "", null,
    [
        Small.Escalations[0].Steps[0],
        new EscalationStep(
            TimeSpan.FromMinutes(1),
            StepCondition.IfNotAcknowledged,
            new StepTarget(StepTargetType.User, Policies.Secondary)),
    ]);

    private static readonly PolicyVersion Policy = Small with
    {
        Escalations = Small.Escalations.Add(Urgent).Add(Urgent with { Name = "named" }),
        Teams = [Small.Teams[0] with { ByPriority = [new(Priority.P1, "urgent")] }],
    };

    [Fact]
    public void An_incident_climbs_the_ladder_of_its_priority()
    {
        Assert.Equal("urgent", OpenedBy(FirstMember with { Priority = Priority.P1 }, Policy).Ladder.Policy);
        Assert.Equal("ladder", OpenedBy(FirstMember, Policy).Ladder.Policy);
    }

    [Fact]
    public void One_that_becomes_more_urgent_goes_on_with_the_ladder_of_that_and_pages_nobody_again()
    {
        var paged = After(OpenedBy(FirstMember, Policy), Timer("step"), Start, Policy);
        var at = Start.AddMinutes(2);

        var risen = After(paged, Join(Another("latency", Priority.P1)), at, Policy);

        Assert.Equal(("urgent", 1, at.AddMinutes(1)), (risen.Ladder.Policy, risen.Ladder.Next, risen.Ladder.NextAt));
    }

    [Fact]
    public void Whom_a_ladder_that_moved_to_another_team_is_not_to_page_again_the_ladder_of_what_rises_does_not_page_either()
    {
        var paged = Arrived(After(OpenedBy(FirstMember, Policy), Timer("step"), Start, Policy), Policy);
        var moved = paged with { Ladder = paged.Ladder with { Next = 0, SkipsPaged = true, GoesOn = true } };

        var risen = After(moved, Join(Another("latency", Priority.P1)), Start, Policy);
        var climbed = Incident.Decide(risen, Timer("step"), IncidentId, Policy, risen.Ladder.NextAt!.Value);

        Assert.Equal(("urgent", 1), (climbed.State!.Ladder.Policy, climbed.State.Ladder.Next));
        Assert.Contains(
            Expected.Line("not paged", $"Not paging {Policies.Primary}: paged for this incident before"), climbed.Timeline);
    }

    [Fact]
    public void How_often_the_other_ladder_was_climbed_does_not_count_for_this_one()
    {
        var paged = After(OpenedBy(FirstMember, Policy), Timer("step"), Start, Policy);
        var again = paged with { Ladder = paged.Ladder with { Climbs = 3 } };

        Assert.Equal(0, After(again, Join(Another("latency", Priority.P1)), Start.AddMinutes(2), Policy).Ladder.Climbs);
    }

    [Fact]
    public void One_that_was_acknowledged_climbs_it_from_the_start()
    {
        var at = Start.AddMinutes(2);
        var acknowledged = After(
            OpenedBy(FirstMember, Policy), Person(new IncidentCommand.Acknowledge("ann", "")), Start, Policy);

        var risen = After(acknowledged, Join(Another("latency", Priority.P1)), at, Policy);

        Assert.Equal(
            (IncidentStatus.Open, "urgent", 0, at),
            (risen.Status, risen.Ladder.Policy, risen.Ladder.Next, risen.Ladder.NextAt));
    }

    [Fact]
    public void A_ladder_that_the_route_has_named_stays()
    {
        var named = OpenedBy(FirstMember with { Escalation = "named" }, Policy);

        Assert.Equal("named", After(named, Join(Another("latency", Priority.P1)), Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void One_that_is_named_stays_also_where_it_is_the_teams_own()
    {
        var named = OpenedBy(FirstMember with { Escalation = "ladder" }, Policy);
        var escalated = After(
            OpenedBy(FirstMember, Policy), Person(new IncidentCommand.Escalate("ladder", "ann", "")), Start, Policy);

        Assert.Equal("ladder", After(named, Join(Another("latency", Priority.P1)), Start, Policy).Ladder.Policy);
        Assert.Equal("ladder", After(escalated, Join(Another("latency", Priority.P1)), Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void One_that_is_not_named_follows_also_where_the_team_has_another_since()
    {
        var opened = OpenedBy(FirstMember, Policy);
        var changed = Policy with { Teams = [Policy.Teams[0] with { Escalation = "named" }] };

        Assert.Equal("urgent", After(opened, Join(Another("latency", Priority.P1)), Start, changed).Ladder.Policy);
    }

    [Fact]
    public void One_that_becomes_less_urgent_keeps_the_ladder_it_climbs()
    {
        var both = After(OpenedBy(FirstMember, Policy), Join(Another("latency", Priority.P1)), Start, Policy);
        both = After(both, Timer("step"), Start, Policy);

        var less = After(both, Closed(Another("latency", Priority.P1)), Start.AddMinutes(1), Policy);

        Assert.Equal((Priority.P2, "urgent"), (less.Priority, less.Ladder.Policy));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_person_wants_to_go_on_now_waits_for_the_first_step_of_no_other_ladder(bool passesOn)
    {
        var slow = Policy with
        {
            Escalations = Policy.Escalations.Select(
                one => one.Name == "ladder" ? one with { Steps = [.. one.Steps.Skip(1)] } : one).ToValueList(),
        };
        IncidentCommand goOn = Person(passesOn ? new IncidentCommand.NotMe(Policies.Primary, "") : new IncidentCommand.Escalate(null, "ann", ""));
        var wait = TimeSpan.FromSeconds(30);
        var urgent = Another("latency", Priority.P1) with { GroupWait = wait };
        var both = After(OpenedBy(FirstMember with { GroupWait = wait }, slow), Join(urgent), Start, slow);
        var now = Start.AddSeconds(10);

        var less = After(After(both, goOn, now, slow), Closed(urgent), now, slow);
        Assert.Equal(("urgent", 0, now), (less.Ladder.Policy, less.Ladder.Next, less.Ladder.NextAt));

        AssertGoesOnByTheOther(both);
        var passesOver = both.Ladder.Steps.Select((step, i) => i == 0 ? step : step with { Condition = StepCondition.IfNotClosed });
        AssertGoesOnByTheOther(both with { Ladder = both.Ladder with { Steps = passesOver.ToValueList() } });

        void AssertGoesOnByTheOther(IncidentState state)
        {
            var taken = After(state, Person(new IncidentCommand.Acknowledge(Policies.Primary, "")), Start, slow);
            var back = After(After(taken, Closed(urgent), Start, slow), goOn, now, slow);
            Assert.Equal(("ladder", 0, now), (back.Ladder.Policy, back.Ladder.Next, back.Ladder.NextAt));
        }
    }

    [Fact]
    public void What_a_person_wants_to_go_on_now_is_not_put_off_by_the_ladder_of_what_is_more_urgent_either()
    {
        var slow = Policy with
        {
            Escalations = Policy.Escalations.Select(
                one => one.Name == "urgent" ? one with { Steps = [.. Small.Escalations[0].Steps.Skip(1)] } : one).ToValueList(),
        };
        var now = Start.AddSeconds(10);
        var waiting = OpenedBy(FirstMember with { GroupWait = TimeSpan.FromSeconds(30) }, slow);
        var escalated = After(waiting, Person(new IncidentCommand.Escalate(null, "ann", "")), now, slow);

        var risen = After(escalated, Join(Another("latency", Priority.P1)), now, slow);

        Assert.Equal(("urgent", 0, now), (risen.Ladder.Policy, risen.Ladder.Next, risen.Ladder.NextAt));
    }

    /// <summary>One of the two ladders names nobody but who passes it on.</summary>
    [Theory]
    [InlineData("urgent", Outcome.Material)]
    [InlineData("ladder", Outcome.Refused)]
    public void Whether_somebody_is_left_is_asked_of_the_ladder_that_goes_on(string alone, Outcome expected)
    {
        var policy = Policy with
        {
            Escalations = Policy.Escalations.Select(one => one.Name == alone ? one with { Steps = [one.Steps[0]] } : one).ToValueList(),
        };
        var wait = TimeSpan.FromSeconds(30);
        var urgent = Another("latency", Priority.P1) with { GroupWait = wait };
        var both = After(OpenedBy(FirstMember with { GroupWait = wait }, policy), Join(urgent), Start, policy);
        var taken = After(both, Person(new IncidentCommand.Acknowledge(Policies.Primary, "")), Start, policy);
        Assert.Equal("urgent", taken.Ladder.Policy);

        var passedOn = Incident.Decide(
            After(taken, Closed(urgent), Start, policy), Person(new IncidentCommand.NotMe(Policies.Primary, "")), IncidentId, policy, Start);

        Assert.Equal(expected, passedOn.Outcome);
        Assert.Equal(expected == Outcome.Material ? "ladder" : null, passedOn.State?.Ladder.Policy);
    }

    [Fact]
    public void What_a_routing_rule_has_chosen_is_chosen_anew_by_the_rules_for_the_alert_that_is_more_urgent()
    {
        var paged = After(OpenedBy(Routed(FirstMember, "ladder"), Policy), Timer("step"), Start, Policy);

        var risen = After(paged, Join(Routed(Another("latency", Priority.P1), "named")), Start, Policy);

        Assert.Equal(("named", 1, false), (risen.Ladder.Policy, risen.Ladder.Next, risen.Ladder.IsNamed));
    }

    [Fact]
    public void Where_no_rule_takes_what_is_more_urgent_the_teams_ladder_for_its_priority_is_climbed()
    {
        var routed = OpenedBy(Routed(FirstMember, "named"), Policy);
        Assert.Equal(("named", false), (routed.Ladder.Policy, routed.Ladder.IsNamed));

        Assert.Equal("urgent", After(routed, Join(Another("latency", Priority.P1)), Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void An_alert_that_becomes_more_urgent_itself_is_routed_anew()
    {
        var routed = Routed(FirstMember, "ladder");
        var rose = Routed(FirstMember with { Priority = Priority.P1 }, "named");

        var risen = After(OpenedBy(routed, Policy), new IncidentCommand.MemberChanged(routed, rose), Start, Policy);

        Assert.Equal("named", risen.Ladder.Policy);
    }

    [Fact]
    public void What_the_route_of_the_more_urgent_alert_names_is_climbed_and_stays()
    {
        var risen = After(
            OpenedBy(FirstMember, Policy), Join(Another("latency", Priority.P1) with { Escalation = "named" }), Start, Policy);

        Assert.Equal(("named", true), (risen.Ladder.Policy, risen.Ladder.IsNamed));
    }

    [Fact]
    public void The_rules_of_another_team_choose_nothing()
    {
        var stranger = Routed(Another("latency", Priority.P1), "named") with { Team = "others" };

        Assert.Equal("urgent", After(OpenedBy(FirstMember, Policy), Join(stranger), Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void What_is_less_urgent_leaves_what_a_rule_has_chosen()
    {
        var routed = OpenedBy(Routed(FirstMember, "ladder"), Policy);

        Assert.Equal("ladder", After(routed, Join(Routed(Another("latency", Priority.P4), "named")), Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void A_more_urgent_incident_that_is_merged_into_it_brings_what_the_rules_have_chosen_for_it()
    {
        var standing = new Standing(true, null, "", null) { Team = FirstMember.Team, Escalation = "named" };
        var ask = new IncidentCommand.TakeOver("incident-2", Start.AddSeconds(1), Priority.P1, standing);

        Assert.Equal("named", After(OpenedBy(Routed(FirstMember, "ladder"), Policy), ask, Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void What_rose_there_before_it_was_accepted_brings_what_its_route_names()
    {
        var other = Another("latency", Priority.P3);
        var asking = Decide(OpenedBy(other, Policy) with { Id = "younger", OpenedAt = Start.AddSeconds(1) }, Person(new IncidentCommand.Merge(IncidentId, "ann", "")));
        var accepting = Decide(OpenedBy(FirstMember, Policy), Sent<IncidentCommand.TakeOver>(asking));
        var risen = Decide(asking.State!, new IncidentCommand.MemberChanged(other, other with { Priority = Priority.P1, Escalation = "named" }));
        var leaving = Decide(risen.State!, Sent<IncidentCommand.Accepted>(accepting));
        Assert.Equal("ladder", accepting.State!.Ladder.Policy);

        var adopted = Decide(accepting.State, Sent<IncidentCommand.Adopt>(leaving)).State!;

        Assert.Equal(("named", true), (adopted.Ladder.Policy, adopted.Ladder.IsNamed));
        var adopt = Sent<IncidentCommand.Adopt>(leaving);
        var earlier = Decide(accepting.State, adopt with { Estate = adopt.Estate with { Ladder = null } }).State!;
        Assert.Equal(("urgent", false), (earlier.Ladder.Policy, earlier.Ladder.IsNamed));

        static Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
            Incident.Decide(state, command, state.Id, Policy, Start.AddMinutes(1));
        static T Sent<T>(Decision<IncidentState> decision) =>
            Assert.Single(decision.Messages.Select(message => message.Command).OfType<T>());
    }

    [Fact]
    public void Of_two_that_are_merged_at_once_the_second_leaves_the_ladder_of_the_more_urgent_one()
    {
        var survivor = OpenedBy(FirstMember with { SuppressedBy = ["s"] }, Policy);
        IncidentCommand Ask(string loser, Priority urgency) => new IncidentCommand.TakeOver(
            loser, Start.AddSeconds(1), urgency, new Standing(true, null, "", null) { Urgency = urgency, Team = FirstMember.Team });

        var first = After(survivor, Ask("a", Priority.P1), Start, Policy);
        var both = After(first, Ask("b", Priority.P3), Start, Policy);

        Assert.Equal(("urgent", "urgent"), (first.Ladder.Policy, both.Ladder.Policy));
    }

    private static Member Routed(Member member, string escalation) =>
        member with { Escalation = escalation, IsRouted = true };
}
