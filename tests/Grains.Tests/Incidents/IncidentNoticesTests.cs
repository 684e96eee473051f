using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>Who owns the cause is paged, who owns a symptom is informed.</summary>
public sealed class IncidentNoticesTests
{
    private const string Dora = "dora@example.org";

    private static readonly PolicyVersion Policy = Small with
    {
        Users = [.. Small.Users, new User(Dora, "Dora", "UTC", [new DeliveryTarget("phone", "1"), new DeliveryTarget("mail", Dora)])],
        Teams = [.. Small.Teams, new Team("serving", "team-2", "", [new TeamMember(Dora, false)], "serve")],
        Channels = [.. Small.Channels, new Channel("phone", "voice", Labels.Empty), new Channel("room", "slack", Labels.Empty)],
        Escalations =
        [
            .. Small.Escalations,
            new Escalation("serve", "", "serving", [new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Dora))]),
        ],
    };

    private static readonly Candidate Cause = new(
        DerivedId.Of("test", "cause", 1), FirstMember.Entity, FirstMember.Kind, FirstMember.Alias, FirstMember.Title,
        Start, true, KindNature.Fault,
        false, 0.9, new ScoreParts(1, 1, 1), [FirstMember.Entity, "endpoint:e"]);

    private static readonly Member Root = FirstMember with { Link = new Link(Start, KindNature.Fault, null, []) };

    private static readonly Member Symptom = Another("e-slow") with
    {
        Team = "serving",
        Entity = "endpoint:e",
        Link = new Link(Start, KindNature.Fault, Cause, []),
    };

    [Fact]
    public void The_first_page_of_the_owner_of_the_cause_tells_the_owner_of_the_symptom_by_e_mail()
    {
        var decision = Climb(After(OpenedBy(Root, Policy), Join(Symptom), Start, Policy), Policy);

        var sent = Sent(decision);
        Assert.Equal(
            [(Policies.Primary, PageEvents.Page), (Dora, PageEvents.Informed)],
            sent.Select(one => (one.Who, one.Text.Event)));
        Assert.Equal([new DeliveryTarget("mail", Dora)], sent[1].Targets);
        Assert.Equal("for the information of serving, which owns a symptom: the cause is model:churn_model, and ml-platform is paged", sent[1].Reason);
        var notice = decision.State!.Pages[^1];
        Assert.Equal((0, (PageCall?)PageCall.News), (notice.Step, notice.Call));
        Assert.Contains(
            decision.Timeline,
            line =>
                line.Type == "informed" &&
                    line.Text.StartsWith($"Telling {Dora}: for the information of serving", StringComparison.Ordinal));
        var why = decision.Items.Where(item => item.Set == PageDecision.Set)
            .Select(item => PageDecision.Read(new Item(item.Key, item.Body!)))
            .Last();
        Assert.Equal((notice.Id, (Guid?)null, "user:" + Dora), (why.Notice, why.Page, why.Target));
        Assert.StartsWith($"{Dora} was informed at ", why.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_symptom_that_comes_after_the_page_is_told_at_once_and_its_team_once()
    {
        var paged = Climb(OpenedBy(Root, Policy), Policy).State!;
        var joined = Incident.Decide(paged, Join(Symptom), IncidentId, Policy, Start.AddMinutes(1));
        Assert.Equal([Dora], Sent(joined).Select(one => one.Who));

        var other = Symptom with { AlertId = DerivedId.Of("test", "other", 1), Alias = "other" };
        Assert.Empty(Sent(Incident.Decide(joined.State!, Join(other), IncidentId, Policy, Start.AddMinutes(2))));
    }

    [Fact]
    public void Nobody_is_told_before_anybody_is_paged_nor_of_what_is_held_back_nor_of_what_nothing_explains()
    {
        Assert.Empty(Sent(Incident.Decide(OpenedBy(Root, Policy), Join(Symptom), IncidentId, Policy, Start)));
        var paged = Climb(OpenedBy(Root, Policy), Policy).State!;
        var held = Symptom with { SuppressedBy = ["silence"] };
        var decision = Incident.Decide(paged, Join(held), IncidentId, Policy, Start);
        Assert.Empty(Sent(decision));
        Assert.Empty(Sent(Incident.Decide(paged, Join(Symptom with { Link = Root.Link }), IncidentId, Policy, Start)));

        var freed = Incident.Decide(
            decision.State!, new IncidentCommand.MemberChanged(held, Symptom), IncidentId, Policy, Start.AddMinutes(1));
        Assert.Equal([Dora], Sent(freed).Where(one => one.Text.Event == PageEvents.Informed).Select(one => one.Who));
    }

    [Fact]
    public void A_teams_channel_is_told_in_place_of_who_is_on_call_and_none_is_nobody()
    {
        var state = After(OpenedBy(Root, Policy), Join(Symptom), Start, Policy);
        Assert.Equal(new DeliveryTarget("room", ""), Sent(Climb(state, With("room")))[^1].Targets[0]);
        Assert.Single(Sent(Climb(state, With(Team.InformNobody))));
    }

    [Fact]
    public void Who_has_no_e_mail_is_not_rung_up_for_it()
    {
        var policy = Policy with { Users = [.. Small.Users, new User(Dora, "Dora", "UTC", [new DeliveryTarget("phone", "1")])] };
        var decision = Climb(After(OpenedBy(Root, policy), Join(Symptom), Start, policy), policy);
        Assert.Single(Sent(decision));
        Assert.Contains(decision.Timeline, line => line.Type == "not informed");
    }

    [Fact]
    public void A_notice_that_cannot_be_sent_moves_no_step_of_the_ladder()
    {
        var decision = Climb(After(OpenedBy(Root, Policy), Join(Symptom), Start, Policy), Policy);
        var state = decision.State!;
        var failed = Incident.Decide(
            state, new IncidentCommand.Attempted(Sent(decision)[1], AttemptOutcome.Rejected, "no such mailbox"),
            IncidentId, Policy, Start.AddSeconds(1));
        Assert.Equal(state.Ladder, failed.State!.Ladder);
        Assert.Equal(DeliveryState.Failed, failed.State.Pages[^1].State);
    }

    [Fact]
    public void What_a_merged_incident_has_told_is_not_told_again()
    {
        var told = Climb(After(OpenedBy(Root, Policy), Join(Symptom), Start, Policy), Policy).State!;
        var merging = Incident.Decide(
            told, Person(new IncidentCommand.Merge("older", "ann", "")), IncidentId, Policy, Start);
        var ask = Assert.IsType<IncidentCommand.TakeOver>(Assert.Single(merging.Messages).Command);
        Assert.Equal(["serving"], ask.Standing.Informed);
        var older = OpenedBy(Root, Policy) with { Id = "older", OpenedAt = Start.AddMinutes(-1) };
        var survivor = Incident.Decide(older, ask, "older", Policy, Start.AddMinutes(1)).State!;
        Assert.Equal([new SymptomTeam("serving", Informed: true)], survivor.Symptoms);
    }

    [Fact]
    public void A_team_that_was_renamed_is_one_team_and_not_told_of_its_own_incident_nor_twice()
    {
        var renamed = Policy with
        {
            Teams = Policy.Teams.Select(team => team with { Name = team.Name + "-2", Formerly = [team.Name] }).ToValueList(),
            Settings = Policy.Settings with { DefaultTeam = "ml-platform-2" },
        };
        var opened = OpenedBy(Root, Policy);
        var own = After(opened, Join(Symptom with { Team = "ml-platform" }), Start, renamed);
        Assert.Equal([Policies.Primary], Sent(Climb(own, renamed)).Select(one => one.Who));

        var told = Climb(After(opened, Join(Symptom), Start, Policy), Policy).State!;
        var after = Symptom with { AlertId = DerivedId.Of("test", "other", 1), Alias = "other", Team = "serving-2" };
        Assert.Empty(Sent(Incident.Decide(told, Join(after), IncidentId, renamed, Start.AddMinutes(1))));

        var standing = new Standing(true, null, "", null) { Informed = ["serving"], Team = "ml-platform" };
        var ask = new IncidentCommand.TakeOver("younger", Start.AddMinutes(1), Priority.P2, standing);
        var waiting = After(opened, Join(after), Start, renamed);
        Assert.Equal("serving-2", Assert.Single(waiting.Symptoms).Team);
        Assert.Single(Sent(Climb(After(waiting, ask, Start, renamed), renamed)));
    }

    private static PolicyVersion With(string inform) =>
        Policy with { Teams = Policy.Teams.Select(team => team.Name == "serving" ? team with { Inform = inform } : team).ToValueList() };

    private static Decision<IncidentState> Climb(IncidentState state, PolicyVersion policy) =>
        Incident.Decide(state, Timer("step"), IncidentId, policy, Start);

    private static List<Delivery> Sent(Decision decision) =>
        [.. decision.Outbox.OfType<DeliveryChange.Enqueue>().Select(change => change.Delivery)];
}
