using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// Nothing that quiet hours have held back is lost when they end, or weaken, or while somebody has it in hand.
/// </summary>
public sealed class IncidentQuietEndTests
{
    private static readonly DateTimeOffset Noon = Start.AddHours(2);
    private static readonly PolicyVersion Suppressing = QuietFromTenToNoon(QuietMode.Suppress);

    /// <summary>With one contact that rings and one that does not.</summary>
    private static readonly PolicyVersion ByEmail = QuietFromTenToNoon(QuietMode.EmailOnly) with
    {
        Channels = [new Channel("log", "webhook", Labels.Empty), new Channel("mail", "email", Labels.Empty)],
    };

    private static readonly Member Silenced = FirstMember with { SuppressedBy = ["s"] };

    [Fact]
    public void A_responder_who_was_only_e_mailed_is_rung_when_they_end_and_e_mailed_once()
    {
        var climbed = After(WithResponder(), Timer("step"), Start, ByEmail);
        climbed = After(climbed, Timer("step"), Start.AddMinutes(5), ByEmail);
        Assert.Equal(["mail"], Assert.Single(OfResponder(climbed)).Targets.Select(t => t.Channel));

        var rung = After(After(climbed, Timer("digest"), Noon, ByEmail), Timer("step"), Noon, ByEmail);

        Assert.Equal(["log", "mail"], OfResponder(rung)[^1].Targets.Select(t => t.Channel));
        Assert.Equal((2, 0), (OfResponder(rung).Count, rung.RespondersWaiting.Count));
    }

    [Fact]
    public void A_responder_who_was_only_e_mailed_is_rung_also_when_somebody_has_it_in_hand()
    {
        var climbed = After(WithResponder(), Timer("step"), Start, ByEmail);
        var acknowledged = After(
            climbed, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(1), ByEmail);
        Assert.Single(OfResponder(acknowledged));

        var rung = After(acknowledged, Timer("digest"), Noon, ByEmail);

        Assert.Equal(["log", "mail"], OfResponder(rung)[^1].Targets.Select(t => t.Channel));
        Assert.Equal(IncidentStatus.Acknowledged, rung.Status);
    }

    [Fact]
    public void A_responder_who_waits_is_counted_and_written_down_once()
    {
        var acknowledged = After(NewIncident, Person(new IncidentCommand.Acknowledge("ann", "")), Start, Suppressing);
        var held = After(
            acknowledged,
            new IncidentCommand.PageResponder(new("user", Policies.Secondary), "ann"),
            Start,
            Suppressing);

        var joined = Incident.Decide(held, Join(Another("latency")), IncidentId, Suppressing, Start.AddMinutes(10));

        Assert.Equal((1, 1), (held.HeldBack!.Pages, joined.State!.HeldBack!.Pages));
        Assert.Equal((1, 1), (held.DecisionCount - acknowledged.DecisionCount, joined.State.DecisionCount));
        Assert.DoesNotContain(joined.Timeline, line => line.Type == "held back");
    }

    [Fact]
    public void Who_was_e_mailed_in_their_last_moment_is_rung_all_the_same_when_they_end()
    {
        var climbed = After(NewIncident, Timer("step"), Start, ByEmail);
        var responder = new IncidentCommand.PageResponder(new("user", Policies.Primary), "ann");
        var mailed = After(climbed, responder, Noon.AddMilliseconds(-400), ByEmail);
        Assert.Equal(["mail"], mailed.Pages[^1].Targets.Select(t => t.Channel));

        var rung = After(After(mailed, Timer("digest"), Noon, ByEmail), Timer("step"), Noon, ByEmail);

        Assert.Equal(["log", "mail"], rung.Pages[^1].Targets.Select(t => t.Channel));
        Assert.Equal(mailed.PageCount + 1, rung.PageCount);
    }

    [Fact]
    public void A_ladder_that_moved_to_another_team_starts_with_who_was_paged_before_them()
    {
        var moved = PagedIncident with { Ladder = PagedIncident.Ladder with { Next = 0, SkipsPaged = true } };
        var held = After(moved, Timer("step"), Start.AddMinutes(5), Suppressing);
        Assert.Equal((1, Noon), (held.PageCount, held.Ladder.NextAt));

        var started = After(held, Timer("step"), Noon, Suppressing);

        Assert.Equal((2, Policies.Primary), (started.PageCount, started.Pages[^1].Who));
    }

    [Fact]
    public void How_often_nobody_was_reached_before_them_does_not_count_for_the_ladder_that_starts_when_they_end()
    {
        var unheard = PagedIncident with { Ladder = PagedIncident.Ladder with { Unheard = 3 } };
        var held = After(unheard, Timer("step"), Start.AddMinutes(5), Suppressing);

        var started = After(held, Timer("step"), Noon, Suppressing);

        Assert.Equal((1, 0), (started.Ladder.Next, started.Ladder.Unheard));
    }

    [Fact]
    public void What_took_over_a_ladder_that_was_climbed_by_e_mail_starts_it_when_they_end()
    {
        var survivor = OpenedBy(Silenced, ByEmail);
        var standing = new Standing(true, null, "", null)
        {
            Paged = [Policies.Primary],
            Team = survivor.Team,
            Ladder = Expected.Ladder(3, Noon.AddMinutes(20)),
        };
        var ask = new IncidentCommand.TakeOver("younger", Start.AddSeconds(1), survivor.Priority, standing);

        var accepted = After(survivor, ask, Start.AddMinutes(20), ByEmail);

        Assert.Equal((QuietMode.EmailOnly, Noon), (accepted.HeldBack?.Mode, accepted.HeldBack?.Until));
        var started = After(accepted, Timer("digest"), Noon, ByEmail);
        Assert.Equal((0, Noon), (started.Ladder.Next, started.Ladder.NextAt));
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("step")]
    public void Where_e_mail_only_follows_the_ladder_is_climbed_by_e_mail_whichever_timer_fires_first(string first)
    {
        var policy = ByEmail with
        {
            Teams =
            [
                ByEmail.Teams[0] with
                {
                    QuietHours = [Suppressing.Teams[0].QuietHours[0] with { Hours = [new(600, 660)] }, ByEmail.Teams[0].QuietHours[0]],
                },
            ],
        };
        var eleven = Start.AddHours(1);
        var held = After(NewIncident, Timer("step"), Start, policy);

        var state = After(held, Timer(first), eleven, policy);

        Assert.Equal(["mail"], Assert.Single(state.Pages).Targets.Select(t => t.Channel));
        Assert.Equal(
            (eleven.AddMinutes(5), QuietMode.EmailOnly, Noon),
            (state.Ladder.NextAt, state.HeldBack!.Mode, state.HeldBack.Until));
    }

    [Fact]
    public void A_step_that_goes_on_until_it_is_closed_waits_for_their_end_and_then_fires_as_itself()
    {
        var (steps, at) = (Small.Escalations[0].Steps, Start.AddMinutes(10));
        var policy = Suppressing with
        {
            Escalations = [Small.Escalations[0] with { Steps = [.. steps.Take(2), steps[2] with { Condition = StepCondition.IfNotClosed }] }],
        };
        var acknowledged = After(
            OpenedBy(FirstMember, policy), Person(new IncidentCommand.Acknowledge("ann", "")), Start, policy);

        var held = After(acknowledged, Timer("step"), at, policy);
        Assert.Equal((0, Noon, IncidentStatus.Acknowledged), (held.Pages.Count, held.Ladder.NextAt, held.Status));

        var climbed = After(held, Timer("step"), Noon, policy);
        Assert.StartsWith("step 3 of ladder", climbed.Pages[0].Reason, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Acknowledged, climbed.Status);
    }

    [Fact]
    public void An_escalation_that_resets_the_acknowledgement_rings_nobody_before_they_end()
    {
        var at = Start.AddMinutes(10);
        var spent = AcknowledgedIncident with { Ladder = Expected.Ladder(3, at) with { ResetsAcknowledgement = true } };

        var held = After(spent, Timer("step"), at, Suppressing);

        Assert.Equal(
            (IncidentStatus.Open, null, Noon, 1),
            (held.Status, held.AcknowledgedBy, held.Ladder.NextAt, held.Pages.Count));
        Assert.Equal(2, After(held, Timer("step"), Noon, Suppressing).PageCount);
    }

    [Fact]
    public void An_escalation_that_ends_by_closing_closes_nothing_that_was_only_e_mailed()
    {
        var climbed = After(NewIncident, Timer("step"), Start, ByEmail);
        var atItsEnd = climbed with { Ladder = Expected.Ladder(3, Start.AddMinutes(40)) with { Repeats = 0, ClosesAfterAll = true, HasArrived = true } };

        var waits = After(atItsEnd, Timer("step"), Start.AddMinutes(40), ByEmail);
        Assert.Equal((IncidentStatus.Open, Noon), (waits.Status, waits.Ladder.NextAt));

        var rung = After(waits, Timer("step"), Noon, ByEmail);
        Assert.Equal(
            "step 1 of ladder: schedule weekly, after quiet hours since 2026-01-05 10:00 UTC", rung.Pages[^1].Reason);
        Assert.Equal((IncidentStatus.Open, 1), (rung.Status, rung.Ladder.Next));
    }

    [Fact]
    public void What_is_silenced_when_they_end_is_paged_when_it_is_freed()
    {
        var ended = EndedWhileSilenced();
        Assert.DoesNotContain(ended.Timeline, line => line.Type == "quiet hours ended");
        Assert.DoesNotContain(ended.State!.Timers, timer => timer.Name is "digest" or "step");

        var freed = After(
            ended.State, new IncidentCommand.MemberChanged(Silenced, FirstMember), Noon.AddHours(1), Suppressing);

        Assert.Equal((null, Noon.AddHours(1)), (freed.HeldBack, freed.Ladder.NextAt));
    }

    [Fact]
    public void What_is_silenced_when_they_end_and_then_resolves_is_told_in_a_digest_at_once()
    {
        var resolved = After(EndedWhileSilenced().State, Closed(Silenced), Noon.AddHours(1), Suppressing);
        Assert.Contains(new GrainTimer("digest", Noon.AddHours(1)), resolved.Timers);

        var decision = Incident.Decide(resolved, Timer("digest"), IncidentId, Suppressing, Noon.AddHours(1));

        var digest = Assert.IsType<DeliveryChange.Enqueue>(Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(("incident.digest", Noon.AddHours(1).AddSeconds(30)), (digest.Text.Event, digest.NotBefore));
        Assert.Null(decision.State!.HeldBack);
    }

    [Fact]
    public void A_digest_rings_no_telephone()
    {
        var telephones = Suppressing with { Channels = [new Channel("log", "voice", Labels.Empty), new Channel("mail", "sms", Labels.Empty)] };
        var resolved = After(
            After(NewIncident, Timer("step"), Start, telephones),
            Closed(FirstMember),
            Start.AddMinutes(30),
            telephones);

        var decision = Incident.Decide(resolved, Timer("digest"), IncidentId, telephones, Noon);

        Assert.Empty(decision.Outbox);
        Assert.Contains(decision.Timeline, line => line.Type == "nobody");
    }

    [Fact]
    public void A_digest_goes_to_the_first_step_that_names_anybody_who_can_be_told()
    {
        var (resolved, gone) = (Resolved(), Suppressing with { Users = [Suppressing.Users[1]] });

        var decision = Incident.Decide(resolved, Timer("digest"), IncidentId, gone, Noon);

        Assert.Equal(
            Policies.Secondary, Assert.IsType<DeliveryChange.Enqueue>(Assert.Single(decision.Outbox)).Delivery.Who);
        Assert.DoesNotContain(decision.Timeline, line => line.Type == "nobody");
    }

    [Fact]
    public void A_digest_for_which_the_whole_ladder_names_nobody_is_written_down_as_told_to_nobody()
    {
        var decision = Incident.Decide(
            Resolved(), Timer("digest"), IncidentId, Suppressing with { Users = [] }, Noon);

        Assert.Empty(decision.Outbox);
        Assert.StartsWith(
            "Nobody to tell: ladder names nobody now (digest of quiet hours: 1 held back since",
            Assert.Single(decision.Timeline).Text,
            StringComparison.Ordinal);
        Assert.Null(decision.State!.HeldBack);
    }

    private static IncidentState Resolved() => After(
        After(NewIncident, Timer("step"), Start, Suppressing), Closed(FirstMember), Start.AddMinutes(30), Suppressing);

    private static Decision<IncidentState> EndedWhileSilenced()
    {
        var held = After(NewIncident, Timer("step"), Start, Suppressing);
        var silenced = After(
            held, new IncidentCommand.MemberChanged(FirstMember, Silenced), Start.AddHours(1), Suppressing);
        return Incident.Decide(silenced, Timer("digest"), IncidentId, Suppressing, Noon);
    }

    private static IncidentState WithResponder() =>
        NewIncident with { RespondersWaiting = [new Responder("user", Policies.Secondary)] };

    private static List<Page> OfResponder(IncidentState state) =>
        [.. state.Pages.Where(page => page.Reason.StartsWith("responder", StringComparison.Ordinal))];
}
