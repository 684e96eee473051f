using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>An incident climbs the ladder it opened with; on demand the one that is configured now.</summary>
public sealed class IncidentReapplyTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly ValueList<EscalationStep> Old = Small.Escalations[0].Steps;
    private static readonly EscalationStep Other = Old[0] with { Target = new StepTarget(StepTargetType.User, Policies.Secondary) };

    [Fact]
    public void The_next_step_is_due_from_now_by_the_new_delays_and_nobody_is_paged_again()
    {
        EscalationStep[] steps = [Old[0], Old[1] with { Delay = TimeSpan.FromMinutes(20) }, Old[2] with { Delay = TimeSpan.FromHours(1) }];

        var decision = Reapply(PagedIncident, steps, note: "slower now");

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Escalation re-applied",
                State = PagedIncident with
                {
                    Ladder = Now(steps, 1, Later.AddMinutes(20)),
                    NoteCount = 1,
                    UpdatedAt = Later,
                },
                Timeline =
                [
                    Expected.Line(
                        "reapplied", "Escalation ladder as configured now, applied by ann: step 2 is next", "ann"),
                    Expected.Line("note", "slower now", "ann"),
                ],
                Items = [new ItemChange("notes", "00000001", NoteText.Write("slower now", "ann", Later))],
            },
            decision);
    }

    [Fact]
    public void The_step_that_names_somebody_else_now_is_next_and_due_at_its_own_delay()
    {
        EscalationStep[] steps = [Other with { Delay = TimeSpan.FromMinutes(1) }, .. Old.Skip(1)];

        Assert.Equal(Now(steps, 0, Later.AddMinutes(1)), Reapply(PagedIncident, steps).State!.Ladder);
    }

    [Fact]
    public void What_was_climbed_again_stays_so()
    {
        var state = PagedIncident with { Ladder = PagedIncident.Ladder with { Climbs = 4 } };
        EscalationStep[] steps = [.. Old, Other with { Delay = TimeSpan.FromMinutes(15) }];

        Assert.Equal(Now(steps, 1, Later.AddMinutes(5)) with { Climbs = 4 }, Reapply(state, steps).State!.Ladder);
    }

    [Fact]
    public void A_step_added_to_a_ladder_that_was_climbed_to_its_end_is_next()
    {
        var climbed = PagedIncident with { Ladder = Expected.Ladder(3, Start.AddMinutes(40)) };
        EscalationStep[] steps = [.. Old, Other with { Delay = TimeSpan.FromMinutes(13) }];

        Assert.Equal(Now(steps, 3, Later.AddMinutes(3)), Reapply(climbed, steps).State!.Ladder);
    }

    [Fact]
    public void A_ladder_cut_shorter_than_it_was_climbed_pauses_and_climbs_again()
    {
        var climbed = PagedIncident with { Ladder = Expected.Ladder(2, Start.AddMinutes(10)) with { HasArrived = true } };

        var decision = Reapply(climbed, [Old[0]]);

        Assert.Equal(Now([Old[0]], 1, Later.AddMinutes(30)) with { HasArrived = true }, decision.State!.Ladder);
        Assert.EndsWith("all of its steps were climbed", decision.Timeline[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ladder_that_is_gone_is_replaced_by_the_teams()
    {
        var policy = Small with { Version = 2, Escalations = Small.Escalations.Add(Small.Escalations[0] with { Name = "own", Steps = [Other] }) };
        var state = OpenedBy(FirstMember with { Escalation = "own" }, policy);

        var after = Incident.Decide(state, Person(new IncidentCommand.ReapplyEscalation("ann", "")), IncidentId, Small, Later).State!;

        Assert.Equal(Expected.Ladder(0, Later), after.Ladder);
    }

    [Fact]
    public void A_ladder_that_is_as_it_was_stays_where_it_is() =>
        Assert.Equal(
            Expected.Unchanged("Escalation ladder is as it is configured now"), Reapply(PagedIncident, [.. Old]));

    [Fact]
    public void In_hand_only_its_steps_if_not_closed_go_on()
    {
        EscalationStep[] steps = [Old[0], Old[1], Old[2] with { Condition = StepCondition.IfNotClosed }];

        Assert.Equal(
            Now(steps, 2, Later.AddMinutes(10)) with { PassedOver = 1 },
            Reapply(AcknowledgedIncident, steps).State!.Ladder);
        Assert.Equal(Now([Old[0]], 1, null), Reapply(AcknowledgedIncident, [Old[0]]).State!.Ladder);
    }

    [Fact]
    public void A_snoozed_or_silenced_incident_pages_nobody_before_its_time()
    {
        var silenced = PagedIncident with { PageableMembers = 0 };

        Assert.Equal((Now([Other], 0, null), IncidentStatus.Snoozed), LadderOf(Reapply(SnoozedIncident, [Other])));
        Assert.Equal(
            (Now([Other], 0, null) with { HeldDue = Later }, IncidentStatus.Open),
            LadderOf(Reapply(silenced, [Other])));
    }

    [Fact]
    public void What_is_over_has_no_escalation() =>
        Assert.Equal(Expected.Refused("Incident is already resolved"), Reapply(ResolvedIncident, [Other]));

    private static (Ladder, IncidentStatus) LadderOf(Decision<IncidentState> decision) =>
        (decision.State!.Ladder, decision.State.Status);

    private static Ladder Now(IEnumerable<EscalationStep> steps, int next, DateTimeOffset? at) =>
        Expected.Ladder(next, at) with { Version = 2, Steps = steps.ToValueList(), GoesOn = next == 0 };

    private static Decision<IncidentState> Reapply(IncidentState state, IEnumerable<EscalationStep> steps, string note = "") => Incident.Decide(
        state,
        Person(new IncidentCommand.ReapplyEscalation("ann", note)),
        IncidentId,
        Small with { Version = 2, Escalations = [Small.Escalations[0] with { Steps = steps.ToValueList() }] },
        Later);
}
