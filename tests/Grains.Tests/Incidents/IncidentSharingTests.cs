using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>Whoever is named twice at one instant is paged once, and by that page for both.</summary>
public sealed class IncidentSharingTests
{
    private static readonly DateTimeOffset Soon = Start.AddMilliseconds(3);
    private static readonly Responder OnCall = new("user", Policies.Primary);

    /// <summary>Who is on call, and at once the same person by name; then another.</summary>
    private static readonly PolicyVersion Twice = WithSteps(
        (0, new StepTarget(StepTargetType.Schedule, "weekly")),
        (0, new StepTarget(StepTargetType.User, Policies.Primary)),
        (5, new StepTarget(StepTargetType.User, Policies.Secondary)));

    [Fact]
    public void Two_steps_of_one_instant_that_name_one_person_page_that_person_once()
    {
        var first = Step(OpenedBy(FirstMember, Twice), Start);
        Assert.Equal(Start, first.Ladder.NextAt);

        var decision = Incident.Decide(first, Timer("step"), IncidentId, Twice, Soon);

        var second = decision.State!;
        Assert.Empty(decision.Outbox);
        Assert.Equal([new SharedStep(2, Soon)], Assert.Single(second.Pages).Shared!);
        Assert.Equal((2, Soon.AddMinutes(5)), (second.Ladder.Next, second.Ladder.NextAt));
        var row = PageDecision.Read(new Item("", Assert.Single(decision.Items).Body!));
        Assert.Equal((Policies.Primary, first.Pages[0].Id, 2), (row.Who, row.Page, row.Step));
        Assert.Contains(decision.Timeline, line => line.Text.StartsWith($"Paging {Policies.Primary} once: step 2 of ladder", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_of_another_instant_pages_anew()
    {
        var later = WithSteps(
            (0, new StepTarget(StepTargetType.User, Policies.Primary)),
            (1, new StepTarget(StepTargetType.User, Policies.Primary)));

        Assert.Equal(2, Step(Step(OpenedBy(FirstMember, later), Start, later), Start.AddMinutes(1), later).PageCount);
    }

    [Fact]
    public void Climbed_again_both_steps_share_the_new_page()
    {
        var climbed = Step(Step(OpenedBy(FirstMember, Twice), Start), Soon);
        var again = climbed with { Ladder = climbed.Ladder with { Next = 3, NextAt = Start.AddMinutes(2), HasArrived = true } };

        var second = Step(Step(again, Start.AddMinutes(2)), Start.AddMinutes(2) + (Soon - Start));

        Assert.Equal(2, second.PageCount);
        Assert.Equal([1, 1], second.Pages.Select(page => page.Shared?.Count ?? 0));
    }

    [Fact]
    public void When_the_page_that_two_steps_share_fails_the_third_is_due_at_once()
    {
        var second = Step(Step(OpenedBy(FirstMember, Twice), Start), Soon);

        var failed = Result(second, second.Pages[0], AttemptOutcome.Rejected, Soon.AddSeconds(1), lastChannel: true);

        Assert.Equal(DeliveryState.Failed, failed.Pages[0].State);
        Assert.Equal(Soon.AddSeconds(1), failed.Ladder.NextAt);
    }

    [Fact]
    public void While_the_shared_page_is_on_its_way_another_of_the_step_that_fails_hurries_nothing()
    {
        var both = WithSteps(
            (0, new StepTarget(StepTargetType.User, Policies.Primary)),
            (0, new StepTarget(StepTargetType.Team, "ml-platform")),
            (5, new StepTarget(StepTargetType.User, Policies.Secondary)));
        var second = Step(Step(OpenedBy(FirstMember, both), Start, both), Soon, both);
        Assert.Equal([Policies.Primary, Policies.Secondary], second.Pages.Select(page => page.Who));

        var failed = Result(second, second.Pages[1], AttemptOutcome.Rejected, Soon.AddSeconds(1), lastChannel: true);

        Assert.Equal(Soon.AddMinutes(5), failed.Ladder.NextAt);
    }

    [Fact]
    public void A_page_that_has_failed_is_shared_by_nobody()
    {
        var first = Step(OpenedBy(FirstMember, Twice), Start);
        var failed = first with { Pages = [first.Pages[0] with { State = DeliveryState.Failed }] };

        Assert.Equal(2, Step(failed, Soon).PageCount);
    }

    [Fact]
    public void A_step_and_a_responder_of_one_instant_page_one_person_once()
    {
        var paged = Step(OpenedBy(FirstMember with { Responders = [OnCall] }), Start, Small);

        Assert.Equal(Policies.Primary, Assert.Single(paged.Pages).Who);
        Assert.Equal(["user:" + Policies.Primary], paged.RespondersPaged);
        Assert.Empty(paged.RespondersWaiting);
    }

    [Fact]
    public void A_responder_who_is_added_as_a_step_pages_them_is_paged_by_that_page()
    {
        var paged = After(NewIncident, Timer("step"), Start);

        Assert.Equal(1, After(paged, new IncidentCommand.PageResponder(OnCall, "ann"), Soon).PageCount);
        Assert.Equal(2, After(paged, new IncidentCommand.PageResponder(OnCall, "ann"), Start.AddSeconds(2)).PageCount);
    }

    /// <summary>The responder's page belongs to no step: it has reached somebody for the one that shares it.</summary>
    [Fact]
    public void A_step_that_shares_a_responders_page_has_reached_them_when_it_arrives()
    {
        var added = After(NewIncident, new IncidentCommand.PageResponder(OnCall, "ann"), Start);

        var step = After(added, Timer("step"), Soon);

        Assert.Equal(1, step.PageCount);
        Assert.True(Result(step, step.Pages[0], AttemptOutcome.Delivered, Soon).Ladder.HasArrived);
        Assert.True(After(Arrived(added), Timer("step"), Soon).Ladder.HasArrived);
    }

    [Fact]
    public void What_has_become_more_urgent_since_is_a_page_of_its_own()
    {
        var first = Step(OpenedBy(FirstMember, Twice), Start);

        var risen = first with { Priority = Priority.P1, PageableByPriority = [1, 1, 0, 0, 0] };
        Assert.Equal(2, Step(risen, Soon).PageCount);
    }

    [Fact]
    public void Who_is_given_it_by_a_person_is_paged_for_that()
    {
        var paged = After(NewIncident, Timer("step"), Start);

        Assert.Equal(2, After(paged, Person(new IncidentCommand.Assign(Policies.Primary, "ann", "")), Start).PageCount);
    }

    private static IncidentState Step(IncidentState state, DateTimeOffset at, PolicyVersion? policy = null) =>
        After(state, Timer("step"), at, policy ?? Twice);

    private static IncidentState Result(
        IncidentState state, Page page, AttemptOutcome outcome, DateTimeOffset at, bool lastChannel = false)
    {
        var channel = lastChannel ? page.Targets.Count - 1 : 0;
        state = state with { Pages = state.Pages.Select(p => p.Id == page.Id ? p with { Channel = channel } : p).ToValueList() };
        var delivery = Expected.Delivery(NewIncident, page) with { Channel = channel };
        return After(state, new IncidentCommand.Attempted(delivery, outcome, "so it ended"), at, Twice);
    }

    private static PolicyVersion WithSteps(params (int Minutes, StepTarget Target)[] steps) => Small with
    {
        Escalations =
        [
            Small.Escalations[0] with
            {
                Steps = steps
                    .Select(step =>
                        new EscalationStep(
                            TimeSpan.FromMinutes(step.Minutes), StepCondition.IfNotAcknowledged, step.Target))
                    .ToValueList(),
            },
        ],
    };
}
