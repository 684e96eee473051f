using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>What is silenced or suppressed chooses no ladder, and does when it is freed.</summary>
public sealed class IncidentHeldBackLadderTests
{
    private const string Boss = "boss@example.org";

    private static readonly PolicyVersion Policy = Small with
    {
        Users = [.. Small.Users, Small.Users[0] with { Name = Boss }],
        Escalations = Small.Escalations.Add(new Escalation("urgent", "", null, [Step(0, Boss), Step(5, Policies.Secondary)])),
        Teams = [Small.Teams[0] with { ByPriority = [new(Priority.P1, "urgent")] }],
    };

    private static readonly Member Low = FirstMember with { Priority = Priority.P3 };
    private static readonly Member Urgent = Another("latency", Priority.P1);
    private static readonly Member Silenced = Urgent with { SuppressedBy = ["s1"] };
    private static readonly IncidentCommand Free = new IncidentCommand.MemberChanged(Silenced, Urgent);

    [Fact]
    public void Joining_a_less_urgent_incident_it_leaves_the_ladder_and_freed_it_brings_its_own()
    {
        var paged = Climbed(OpenedBy(Low, Policy));
        var joined = After(paged, Join(Silenced), Start.AddMinutes(1), Policy);

        Assert.Equal((Priority.P1, "ladder", 1), (joined.Priority, joined.Ladder.Policy, joined.Ladder.Next));
        var climbed = Climbed(joined);
        Assert.Equal([Policies.Primary, Policies.Secondary], climbed.Pages.Select(page => page.Who));

        var freed = After(climbed, Free, Start.AddMinutes(6), Policy);
        Assert.Equal(("urgent", 0, Start.AddMinutes(6)), (freed.Ladder.Policy, freed.Ladder.Next, freed.Ladder.NextAt));
        Assert.Equal(Boss, Climbed(freed).Pages[^1].Who);
    }

    [Fact]
    public void What_it_opened_climbs_the_ladder_of_what_joins_and_may_page()
    {
        var opened = OpenedBy(Silenced, Policy);
        Assert.Equal(("urgent", null), (opened.Ladder.Policy, opened.Ladder.NextAt));

        var joined = After(opened, Join(Low with { GroupWait = TimeSpan.FromSeconds(30) }), Start.AddMinutes(1), Policy);

        Assert.Equal(("ladder", 0, Start.AddSeconds(90)), (joined.Ladder.Policy, joined.Ladder.Next, joined.Ladder.NextAt));
        Assert.Equal(Policies.Primary, Climbed(joined).Pages[^1].Who);
        Assert.Equal("urgent", After(Climbed(joined), Free, Start.AddMinutes(2), Policy).Ladder.Policy);
        Assert.Equal("urgent", After(opened, Free, Start.AddMinutes(2), Policy).Ladder.Policy);
    }

    [Fact]
    public void Of_two_that_are_held_back_the_one_that_is_freed_first_has_its_ladder_climbed()
    {
        var both = After(OpenedBy(Silenced, Policy), Join(Low with { SuppressedBy = ["s2"] }), Start, Policy);

        var freed = After(both, new IncidentCommand.MemberChanged(Low with { SuppressedBy = ["s2"] }, Low), Start.AddMinutes(1), Policy);

        Assert.Equal(("ladder", Start.AddMinutes(1)), (freed.Ladder.Policy, freed.Ladder.NextAt));
    }

    [Fact]
    public void Held_back_or_over_before_anybody_was_paged_it_gives_the_ladder_up_and_afterwards_it_does_not()
    {
        var wait = TimeSpan.FromSeconds(30);
        var both = After(OpenedBy(Low with { GroupWait = wait }, Policy), Join(Urgent), Start, Policy);
        IncidentCommand held = new IncidentCommand.MemberChanged(Urgent, Silenced);
        Assert.Equal("urgent", both.Ladder.Policy);

        Assert.Equal("ladder", After(both, held, Start, Policy).Ladder.Policy);
        Assert.Equal("ladder", After(both, Closed(Urgent), Start, Policy).Ladder.Policy);
        Assert.Equal("urgent", After(Climbed(both), held, Start.AddMinutes(1), Policy).Ladder.Policy);
    }

    [Fact]
    public void A_ladder_that_took_over_from_one_that_was_climbed_is_not_given_up_before_its_first_page()
    {
        var later = Policy with
        {
            Escalations = [Policy.Escalations[0], new Escalation("urgent", "", null, [Step(2, Boss)])],
        };
        var risen = After(Climbed(OpenedBy(Low, later)), Join(Urgent), Start.AddMinutes(1), later);
        Assert.Equal(("urgent", 0), (risen.Ladder.Policy, risen.Ladder.Next));

        var over = After(risen, Closed(Urgent), Start.AddMinutes(2), later);

        Assert.Equal(("urgent", Start.AddMinutes(3)), (over.Ladder.Policy, over.Ladder.NextAt));
    }

    [Fact]
    public void Opened_again_by_what_is_less_urgent_it_climbs_the_ladder_of_that()
    {
        var over = After(Climbed(OpenedBy(Urgent, Policy)), Closed(Urgent), Start.AddMinutes(1), Policy);

        var again = After(over, Join(Low), Start.AddMinutes(2), Policy);

        Assert.Equal(("ladder", Start.AddMinutes(2)), (again.Ladder.Policy, again.Ladder.NextAt));
    }

    [Fact]
    public void The_first_page_for_something_more_urgent_waits_for_company_no_longer_and_no_less_than_it_did()
    {
        var opened = OpenedBy(Low with { GroupWait = TimeSpan.FromSeconds(30) }, Policy);

        var risen = After(opened, Join(Urgent with { GroupWait = TimeSpan.FromSeconds(30) }), Start.AddSeconds(5), Policy);

        Assert.Equal(("urgent", Start.AddSeconds(30)), (risen.Ladder.Policy, risen.Ladder.NextAt));
    }

    [Fact]
    public void What_is_merged_brings_a_ladder_only_for_what_may_page_there()
    {
        var low = Climbed(OpenedBy(FirstMember with { Priority = Priority.P4 }, Policy));
        var third = Another("third", Priority.P3);

        var held = Merged(low, Younger(Silenced), [Silenced]);
        Assert.Equal((Priority.P1, "ladder", 1), (held.Priority, held.Ladder.Policy, held.Ladder.Next));
        Assert.Equal("urgent", After(held, Free, Start.AddMinutes(3), Policy).Ladder.Policy);

        var mixed = Merged(low, After(Younger(third), Join(Silenced), Start, Policy), [third, Silenced]);
        Assert.Equal(("ladder", Priority.P3), (mixed.Ladder.Policy, mixed.Ladder.ChosenFor));
    }

    [Fact]
    public void What_is_merged_into_one_that_is_held_back_brings_its_ladder()
    {
        var merged = Merged(OpenedBy(Silenced, Policy), Younger(Low), [Low]);

        Assert.Equal(("ladder", Start.AddMinutes(2)), (merged.Ladder.Policy, merged.Ladder.NextAt));
        Assert.Equal("urgent", After(merged, Free, Start.AddMinutes(3), Policy).Ladder.Policy);
    }

    [Fact]
    public void What_goes_on_where_a_less_urgent_one_was_that_is_merged_into_it_climbs_its_own()
    {
        var waiting = OpenedBy(Urgent with { GroupWait = TimeSpan.FromMinutes(5) }, Policy);

        Assert.Equal("urgent", Merged(waiting, Climbed(Younger(Low)), [Low]).Ladder.Policy);
    }

    [Fact]
    public void A_ladder_that_took_over_from_one_that_was_climbed_goes_on_where_it_is_merged()
    {
        var at = Start.AddMinutes(2);
        var waiting = OpenedBy(FirstMember with { Priority = Priority.P4, GroupWait = TimeSpan.FromMinutes(10) }, Policy);
        var risen = After(Climbed(Younger(Low)), Join(Urgent), at, Policy);
        Assert.Equal(("urgent", 0, at), (risen.Ladder.Policy, risen.Ladder.Next, risen.Ladder.NextAt));

        Assert.Equal(risen.Ladder, Merged(waiting, risen, [Low, Urgent]).Ladder);
    }

    [Fact]
    public void A_responder_team_stands_for_the_ladder_of_what_may_page()
    {
        var policy = Policy with
        {
            Teams = [.. Policy.Teams, Policy.Teams[0] with { Name = "others", Escalation = "other" }],
            Escalations = [.. Policy.Escalations, new Escalation("other", "", null, [Step(0, Policies.Secondary)])],
        };
        var joined = After(Climbed(OpenedBy(Low, policy)), Join(Silenced), Start.AddMinutes(1), policy);

        var asked = After(joined, new IncidentCommand.PageResponder(new Responder("team", "others"), "ann"), Start.AddMinutes(1), policy);

        Assert.Equal(Policies.Secondary, asked.Pages[^1].Who);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_its_route_or_a_rule_names_is_not_climbed_for_what_joins_and_is_not_less_urgent(bool isRouted)
    {
        var named = Low with { Escalation = "urgent", IsRouted = isRouted };
        var opened = OpenedBy(Held(named), Policy);
        Assert.Equal(("urgent", null), (opened.Ladder.Policy, opened.Ladder.NextAt));
        var free = new IncidentCommand.MemberChanged(Held(named), named);

        var joined = After(opened, Join(Another("beside", Priority.P3) with { GroupWait = TimeSpan.FromSeconds(30) }), Start.AddMinutes(1), Policy);

        Assert.Equal(
            ("ladder", false, Start.AddSeconds(90)), (joined.Ladder.Policy, joined.Ladder.IsNamed, joined.Ladder.NextAt));
        Assert.Equal("ladder", After(joined, free, Start.AddMinutes(1), Policy).Ladder.Policy);
        Assert.Equal("urgent", After(opened, free, Start.AddMinutes(1), Policy).Ladder.Policy);
        var less = After(opened, Join(Another("less", Priority.P4)), Start.AddMinutes(1), Policy);
        Assert.Equal("ladder", less.Ladder.Policy);
        var freed = After(Climbed(less), free, Start.AddMinutes(2), Policy).Ladder;
        Assert.Equal(("urgent", !isRouted), (freed.Policy, freed.IsNamed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Freed_it_climbs_its_own_ladder_and_not_that_of_what_is_over_by_then(bool isNamed)
    {
        var own = Low with { Escalation = isNamed ? "urgent" : null };
        var beside = Another("beside", Priority.P3) with { Escalation = isNamed ? null : "urgent", GroupWait = TimeSpan.FromSeconds(30) };
        var both = After(OpenedBy(Held(own), Policy), Join(beside), Start, Policy);
        Assert.Equal(isNamed ? "ladder" : "urgent", both.Ladder.Policy);

        AssertClimbsItsOwn(both);
        AssertClimbsItsOwn(Climbed(both));

        void AssertClimbsItsOwn(IncidentState state)
        {
            var at = Start.AddMinutes(1);
            var freed = After(After(state, Closed(beside), at, Policy), new IncidentCommand.MemberChanged(Held(own), own), at, Policy);
            Assert.Equal(
                (isNamed ? "urgent" : "ladder", isNamed, 0, at),
                (freed.Ladder.Policy, freed.Ladder.IsNamed, freed.Ladder.Next, freed.Ladder.NextAt));
        }
    }

    [Fact]
    public void What_was_held_back_until_it_was_over_chooses_nothing()
    {
        var (named, beside) = (Held(Low with { Escalation = "urgent" }), Another("beside", Priority.P3));
        var both = After(OpenedBy(named, Policy), Join(Held(beside)), Start, Policy);

        var freed = After(
            After(both, Closed(named), Start, Policy), new IncidentCommand.MemberChanged(Held(beside), beside), Start, Policy);

        Assert.Equal(("ladder", false, Start), (freed.Ladder.Policy, freed.Ladder.IsNamed, freed.Ladder.NextAt));
    }

    [Fact]
    public void Opened_again_by_another_that_is_as_urgent_it_climbs_what_the_route_of_that_says()
    {
        var named = Low with { Escalation = "urgent" };
        var over = After(Climbed(OpenedBy(named, Policy)), Closed(named), Start.AddMinutes(1), Policy);

        var again = After(over, Join(Another("beside", Priority.P3)), Start.AddMinutes(2), Policy);

        Assert.Equal(("ladder", false), (again.Ladder.Policy, again.Ladder.IsNamed));
    }

    [Fact]
    public void What_the_first_few_named_is_climbed_on_for_those_of_whom_no_more_is_known()
    {
        var named = Low with { Escalation = "urgent" };
        Member[] beside = [.. Enumerable.Range(1, IncidentState.FirstFew).Select(n => Another($"beside-{n}", Priority.P3) with { Escalation = "urgent" })];
        var all = beside.Aggregate(Climbed(OpenedBy(named, Policy)), (state, one) => After(state, Join(one), Start, Policy));
        var taken = After(all, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(1), Policy);
        var rest = beside.SkipLast(1).Prepend(named).Aggregate(taken, (state, one) => After(state, Closed(one), Start.AddMinutes(2), Policy));

        var free = After(rest, Person(new IncidentCommand.Unacknowledge("ann", "")), Start.AddMinutes(3), Policy);

        Assert.Equal(("urgent", true, 0), (free.Ladder.Policy, free.Ladder.IsNamed, free.Ladder.Next));
    }

    [Fact]
    public void What_joins_it_and_is_as_urgent_climbs_what_its_own_route_names()
    {
        var joined = After(
            OpenedBy(Held(Low), Policy), Join(Another("beside", Priority.P3) with { Escalation = "urgent" }), Start, Policy);

        Assert.Equal(("urgent", true), (joined.Ladder.Policy, joined.Ladder.IsNamed));
        Assert.Equal("urgent", After(joined, new IncidentCommand.MemberChanged(Held(Low), Low), Start, Policy).Ladder.Policy);
    }

    [Fact]
    public void Held_back_before_the_first_page_what_its_route_names_is_given_up_and_afterwards_for_what_is_more_urgent()
    {
        var named = Low with { Escalation = "urgent", GroupWait = TimeSpan.FromSeconds(30) };
        var both = After(OpenedBy(named, Policy), Join(Another("beside", Priority.P3)), Start, Policy);
        var held = new IncidentCommand.MemberChanged(named, Held(named));
        Assert.Equal("urgent", both.Ladder.Policy);

        Assert.Equal("ladder", After(both, held, Start, Policy).Ladder.Policy);
        var paged = After(Climbed(both), held, Start.AddMinutes(1), Policy);
        Assert.Equal(("urgent", 1), (paged.Ladder.Policy, paged.Ladder.Next));
        Assert.Equal("ladder", After(paged, Join(Another("more", Priority.P2)), Start.AddMinutes(1), Policy).Ladder.Policy);
    }

    [Fact]
    public void What_a_person_has_named_stays_whatever_is_held_back()
    {
        var escalated = After(OpenedBy(Low, Policy), Person(new IncidentCommand.Escalate("urgent", "ann", "")), Start, Policy);
        var taken = After(escalated, Person(new IncidentCommand.Acknowledge("ann", "")), Start, Policy);
        var held = After(taken, new IncidentCommand.MemberChanged(Low, Held(Low)), Start, Policy);

        var back = After(
            After(held, Join(Another("beside", Priority.P3)), Start, Policy), Person(new IncidentCommand.Unacknowledge("ann", "")), Start, Policy);

        Assert.Equal(("urgent", 0, true), (back.Ladder.Policy, back.Ladder.Next, back.Ladder.IsNamed));

        var same = After(OpenedBy(Low with { Escalation = "urgent" }, Policy), Person(new IncidentCommand.Escalate("urgent", "ann", "")), Start, Policy);
        Assert.Null(same.Ladder.ChosenBy);
    }

    [Fact]
    public void What_is_merged_into_one_that_it_opened_and_is_as_urgent_climbs_its_own()
    {
        var survivor = OpenedBy(Held(Low with { Escalation = "urgent" }), Policy);

        Assert.Equal("ladder", Merged(survivor, Younger(Another("beside", Priority.P3)), []).Ladder.Policy);
    }

    [Fact]
    public void What_is_merged_into_it_gives_up_what_its_route_names_when_it_is_held_back_before_the_first_page()
    {
        var wait = TimeSpan.FromMinutes(10);
        var named = Another("named", Priority.P3) with { Escalation = "urgent", GroupWait = wait };
        var survivor = OpenedBy(FirstMember with { Priority = Priority.P4, GroupWait = wait }, Policy);
        var merged = Merged(survivor, Younger(named), [named]);
        Assert.Equal(("urgent", true), (merged.Ladder.Policy, merged.Ladder.IsNamed));

        var held = After(merged, new IncidentCommand.MemberChanged(named, Held(named)), Start.AddMinutes(3), Policy);

        Assert.Equal(("ladder", false), (held.Ladder.Policy, held.Ladder.IsNamed));
    }

    [Fact]
    public void What_is_merged_brings_no_ladder_that_is_of_what_is_held_back_there()
    {
        var (least, named, beside) = (Another("least", Priority.P4), Another("named", Priority.P3) with { Escalation = "urgent" }, Another("beside", Priority.P3));
        IncidentCommand[] rises = [Join(named), Join(beside), new IncidentCommand.MemberChanged(named, Held(named))];
        var (survivor, loser) = (OpenedBy(FirstMember with { Priority = Priority.P4 }, Policy), Climbed(Younger(least)));
        var risen = rises.Aggregate(loser, (state, command) => After(state, command, Start.AddMinutes(2), Policy));
        Assert.Equal(("urgent", true), (risen.Ladder.Policy, risen.Ladder.IsNamed));

        AssertClimbsTheTeams(Merged(Climbed(survivor), risen, [least, Held(named), beside]));
        AssertClimbsTheTeams(Merged(Climbed(survivor), loser, [least, Held(named), beside], rises));

        static void AssertClimbsTheTeams(IncidentState merged) => Assert.Equal(
            ("ladder", false, Priority.P3), (merged.Ladder.Policy, merged.Ladder.IsNamed, merged.Ladder.ChosenFor));
    }

    [Fact]
    public void The_owner_of_a_cause_that_is_held_back_has_the_incident_by_its_own_ladder()
    {
        var others = Policy with { Teams = [.. Policy.Teams, new Team("serving", "team-2", "", [], "serve")], Escalations = [.. Policy.Escalations, new Escalation("serve", "", "serving", [Step(0, Boss)])] };
        var root = Low with { Escalation = "urgent", Link = new Link(Start, KindNature.Fault, null, []) };
        var cause = new Candidate(
            root.AlertId, root.Entity, root.Kind, root.Alias, root.Title, Start, true, KindNature.Fault, false, 0.9,
            new ScoreParts(1, 1, 1), [root.Entity, "endpoint:e"]);
        var symptom = Another("symptom", Priority.P3) with { Team = "serving", Entity = "endpoint:e", Link = new Link(Start.AddMinutes(-1), KindNature.Fault, null, []) };
        var paged = After(OpenedBy(symptom, others), Timer("step"), Start, others);

        Assert.Equal(("ml-platform", "urgent", true), Explained(root));
        Assert.Equal(("ml-platform", "ladder", false), Explained(Held(root)));
        Assert.Equal(("ml-platform", "ladder", false), Explained(Held(root), IncidentState.FirstFew));

        (string, string, bool) Explained(Member by, int beside = 0)
        {
            var all = Enumerable.Range(0, beside).Aggregate(
                paged, (some, number) => After(some, Join(Another($"beside-{number}", Priority.P3) with { Team = "serving" }), Start, others));
            var state = After(After(all, Join(by), Start, others), new IncidentCommand.MemberLinked("", symptom with { Link = new Link(Start, KindNature.Fault, cause, []) }), Start, others);
            return (state.Team, state.Ladder.Policy, state.Ladder.IsNamed);
        }
    }

    /// <summary>Of an earlier build, which did not write down what a ladder was chosen for, nor by which alert.</summary>
    [Fact]
    public void A_ladder_of_an_earlier_build_was_chosen_for_all_that_was_open()
    {
        var paged = Earlier(Climbed(OpenedBy(Low, Policy)));
        var silenced = Earlier(OpenedBy(Silenced, Policy));

        Assert.Equal("urgent", After(paged, Join(Urgent), Start.AddMinutes(1), Policy).Ladder.Policy);
        Assert.Equal("ladder", After(paged, Join(Silenced), Start.AddMinutes(1), Policy).Ladder.Policy);
        Assert.Equal("ladder", After(silenced, Join(Low), Start.AddMinutes(1), Policy).Ladder.Policy);
        var named = Earlier(OpenedBy(Silenced with { Escalation = "urgent" }, Policy));
        Assert.Equal("urgent", After(named, Join(Low), Start.AddMinutes(1), Policy).Ladder.Policy);

        static IncidentState Earlier(IncidentState state) => state with { Ladder = state.Ladder with { ChosenFor = null, ChosenBy = null } };
    }

    private static Member Held(Member member) => member with { SuppressedBy = ["s1"] };

    private static IncidentState Climbed(IncidentState state) =>
        Arrived(After(state, Timer("step"), state.Ladder.NextAt!.Value, Policy), Policy);

    private static IncidentState Younger(Member member) =>
        OpenedBy(member, Policy) with { Id = "younger", OpenedAt = Start.AddSeconds(1) };

    /// <summary>The whole exchange, up to the members that speak for themselves.</summary>
    /// <param name="meanwhile">What the loser is told after it has asked.</param>
    private static IncidentState Merged(
        IncidentState survivor, IncidentState loser, ValueList<Member> members, params IncidentCommand[] meanwhile)
    {
        var at = Start.AddMinutes(2);
        var asking = Decide(loser, Person(new IncidentCommand.Merge(IncidentId, "ann", "")));
        var accepting = Decide(survivor, Sent<IncidentCommand.TakeOver>(asking));
        var asked = meanwhile.Aggregate(asking.State!, (state, command) => Decide(state, command).State!);
        var leaving = Decide(asked, Sent<IncidentCommand.Accepted>(accepting));
        var adopted = Decide(accepting.State!, Sent<IncidentCommand.Adopt>(leaving)).State!;
        return members.Aggregate(adopted, (state, member) => After(state, new IncidentCommand.MemberMoved(member, 0), at, Policy));

        Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
            Incident.Decide(state, command, state.Id, Policy, at);
        static T Sent<T>(Decision<IncidentState> decision) =>
            Assert.Single(decision.Messages.Select(message => message.Command).OfType<T>());
    }

    private static EscalationStep Step(int minutes, string user) =>
        new(TimeSpan.FromMinutes(minutes), StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, user));
}
