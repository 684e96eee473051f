using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>The tests begin at ten, and quiet hours are from ten to noon.</summary>
public sealed class IncidentQuietTests
{
    private static readonly DateTimeOffset Noon = Start.AddHours(2);
    private static readonly PolicyVersion Suppressing = QuietFromTenToNoon(QuietMode.Suppress, Priority.P2);
    private static readonly PolicyVersion ByEmail = QuietFromTenToNoon(QuietMode.EmailOnly, Priority.P2);

    [Fact]
    public void A_suppressed_page_is_written_down_with_the_reason_and_the_ladder_waits_for_the_end()
    {
        var decision = Incident.Decide(NewIncident, Timer("step"), IncidentId, Suppressing, Start);

        const string says = "quiet hours of ml-platform until 2026-01-05 12:00 UTC, nobody is paged";
        var state = decision.State!;
        Assert.Equal((Noon, 0, 0), (state.Ladder.NextAt, state.Ladder.Next, state.PageCount));
        Assert.Equal(new HeldBack(QuietMode.Suppress, Start, Noon, 1), state.HeldBack);
        Assert.Equal(
            [Expected.Line("held back", $"Not paging {Policies.Primary} (step 1 of ladder: schedule weekly): {says}")],
            decision.Timeline);
        var written = PageDecision.Read(new Item("", Assert.Single(decision.Items).Body!));
        Assert.Equal((Policies.Primary, null, says), (written.Who, written.Page, written.Reason));
        Assert.Empty(decision.Outbox);
    }

    [Fact]
    public void What_is_still_open_when_they_end_starts_its_ladder_and_says_since_when_it_waited()
    {
        var state = After(HeldBack(), Timer("step"), Noon, Suppressing);

        Assert.Equal(
            "step 1 of ladder: schedule weekly, after quiet hours since 2026-01-05 10:00 UTC",
            Assert.Single(state.Pages).Reason);
        Assert.Equal((null, Noon.AddMinutes(5)), (state.HeldBack, state.Ladder.NextAt));
    }

    [Fact]
    public void What_came_and_went_is_told_in_a_digest_by_what_makes_no_sound()
    {
        var resolved = After(HeldBack(), Closed(FirstMember), Start.AddMinutes(30), Suppressing);
        Assert.Contains(new GrainTimer("digest", Noon), resolved.Timers);

        var decision = Incident.Decide(resolved, Timer("digest"), IncidentId, Suppressing, Noon);

        var delivery = Assert.IsType<DeliveryChange.Enqueue>(Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(("incident.digest", Policies.Primary, 0), (delivery.Text.Event, delivery.Who, delivery.Step));
        Assert.Equal(["log", "mail"], delivery.Targets.Select(t => t.Channel));
        Assert.Equal(
            "digest of quiet hours: 1 held back since 2026-01-05 10:00 UTC, resolved at 2026-01-05 10:30 UTC",
            delivery.Reason);
        Assert.Null(decision.State!.HeldBack);
    }

    [Fact]
    public void What_rises_in_priority_breaks_through()
    {
        var risen = Incident.Decide(
            HeldBack(), Join(Another("latency", Priority.P1)), IncidentId, Suppressing, Start.AddMinutes(10));

        Assert.Equal((null, Start.AddMinutes(10)), (risen.State!.HeldBack, risen.State.Ladder.NextAt));
        Assert.Contains(risen.Timeline, line => line.Type == "breaks through");
        Assert.Single(After(risen.State, Timer("step"), Start.AddMinutes(10), Suppressing).Pages);
    }

    [Fact]
    public void More_of_the_same_priority_stays_held_back_and_is_not_written_down_again()
    {
        var joined = After(HeldBack(), Join(Another("latency")), Start.AddMinutes(10), Suppressing);

        Assert.Equal((Noon, 1), (joined.Ladder.NextAt, joined.DecisionCount));
    }

    [Fact]
    public void A_silenced_alert_of_high_priority_does_not_break_through()
    {
        var silenced = Another("latency", Priority.P1) with { SuppressedBy = ["s"] };

        Assert.NotNull(After(HeldBack(), Join(silenced), Start.AddMinutes(10), Suppressing).HeldBack);
    }

    [Fact]
    public void Quiet_hours_that_are_changed_are_reconsidered()
    {
        var shorter = Suppressing with { Teams = [Suppressing.Teams[0] with { QuietHours = [Suppressing.Teams[0].QuietHours[0] with { Hours = [new(600, 660)] }] }] };
        var at = Start.AddMinutes(10);

        Assert.Equal(Start.AddHours(1), After(HeldBack(), new IncidentCommand.Reconsider(), at, shorter).Ladder.NextAt);
        Assert.Equal(at, After(HeldBack(), new IncidentCommand.Reconsider(), at, Small).Ladder.NextAt);
        Assert.Equal(
            Expected.Unchanged("Quiet hours are as they were"),
            Incident.Decide(HeldBack(), new IncidentCommand.Reconsider(), IncidentId, Suppressing, at));
    }

    [Fact]
    public void By_e_mail_only_the_ladder_is_climbed_by_what_wakes_nobody()
    {
        var loud = ByEmail with { Channels = [new Channel("log", "webhook", Labels.Empty), new Channel("mail", "email", Labels.Empty)] };

        var state = After(NewIncident, Timer("step"), Start, loud);

        Assert.Equal(["mail"], Assert.Single(state.Pages).Targets.Select(t => t.Channel));
        Assert.Equal(Start.AddMinutes(5), state.Ladder.NextAt);
        Assert.Contains(new GrainTimer("digest", Noon), state.Timers);
    }

    [Fact]
    public void What_nobody_has_acknowledged_by_then_starts_its_ladder_and_what_somebody_has_does_not()
    {
        var climbed = After(
            After(NewIncident, Timer("step"), Start, ByEmail), Timer("step"), Start.AddMinutes(5), ByEmail);

        var unanswered = After(climbed, Timer("digest"), Noon, ByEmail);
        Assert.Equal((0, Noon, null), (unanswered.Ladder.Next, unanswered.Ladder.NextAt, unanswered.HeldBack));

        var acknowledged = After(
            climbed, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(6), ByEmail);
        Assert.DoesNotContain(acknowledged.Timers, timer => timer.Name == "digest");
    }

    [Fact]
    public void A_step_in_the_very_instant_of_their_end_starts_the_ladder_once()
    {
        var climbed = After(NewIncident, Timer("step"), Start, ByEmail) with { Ladder = Expected.Ladder(1, Noon) };

        var state = After(climbed, Timer("step"), Noon, ByEmail);

        Assert.StartsWith("step 1 of ladder", state.Pages[^1].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(state.Timers, timer => timer.Name == "digest");
    }

    [Fact]
    public void Who_has_no_e_mail_is_written_down_and_the_next_step_comes_at_once()
    {
        var loud = ByEmail with { Channels = [new Channel("log", "webhook", Labels.Empty), new Channel("mail", "sms", Labels.Empty)] };

        var decision = Incident.Decide(NewIncident, Timer("step"), IncidentId, loud, Start);

        Assert.Equal(Start, decision.State!.Ladder.NextAt);
        Assert.Contains("they have no e-mail contact", Assert.Single(decision.Timeline).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_person_assigns_or_escalates_pages_at_once()
    {
        var assigned = After(
            HeldBack(),
            Person(new IncidentCommand.Assign(Policies.Secondary, "ann", "")),
            Start.AddMinutes(1),
            Suppressing);
        Assert.Equal(Policies.Secondary, Assert.Single(assigned.Pages).Who);

        var escalated = After(
            HeldBack(), Person(new IncidentCommand.Escalate(null, "ann", "")), Start.AddMinutes(1), Suppressing);
        Assert.Single(After(escalated, Timer("step"), Start.AddMinutes(1), Suppressing).Pages);
    }

    [Fact]
    public void An_explicit_responder_waits_for_the_end_also_when_somebody_has_it_in_hand()
    {
        var acknowledged = After(
            HeldBack(), Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(1), Suppressing);

        var held = After(
            acknowledged,
            new IncidentCommand.PageResponder(new("user", Policies.Secondary), "ann"),
            Start.AddMinutes(2),
            Suppressing);
        Assert.Empty(held.Pages);

        Assert.Equal(Policies.Secondary, Assert.Single(After(held, Timer("digest"), Noon, Suppressing).Pages).Who);
    }

    private static IncidentState HeldBack() => After(NewIncident, Timer("step"), Start, Suppressing);
}
