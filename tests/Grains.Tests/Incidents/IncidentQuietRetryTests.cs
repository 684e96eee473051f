using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// A page was made a second before quiet hours, from ten to noon, and its first attempt failed within them or was not
/// made yet.
/// </summary>
public sealed class IncidentQuietRetryTests
{
    private static readonly DateTimeOffset Noon = Start.AddHours(2);
    private static readonly DateTimeOffset Before = Start.AddSeconds(-1);
    private static readonly PolicyVersion Suppressing = Ringing(QuietMode.Suppress);
    private static readonly PolicyVersion ByEmail = Ringing(QuietMode.EmailOnly);

    [Fact]
    public void It_goes_on_by_what_makes_no_sound_and_the_ladder_starts_when_they_end()
    {
        var decision = Failed(Paged(ByEmail), ByEmail);

        var retry = ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(("mail", 0, 1), (retry.Target.Channel, retry.Attempts, decision.State!.Pages[0].Channel));
        Assert.Equal(new HeldBack(QuietMode.EmailOnly, Start, Noon, 0), decision.State.HeldBack);
        Assert.True(retry.NotBefore < Start.AddSeconds(2), $"It is tried at {retry.NotBefore:O}.");
    }

    [Fact]
    public void It_ends_where_nobody_is_to_be_paged_and_the_ladder_starts_when_they_end()
    {
        var decision = Failed(Paged(Suppressing), Suppressing);

        const string says = "quiet hours of ml-platform until 2026-01-05 12:00 UTC, nobody is paged";
        Assert.Equal(
            new DeliveryChange.Finish(decision.State!.Pages[0].Id, DeliveryState.Cancelled),
            Assert.Single(decision.Outbox));
        Assert.Equal(new HeldBack(QuietMode.Suppress, Start, Noon, 1), decision.State.HeldBack);
        var written = PageDecision.Read(new Item("", Assert.Single(decision.Items).Body!));
        Assert.Equal(
            (Policies.Primary, null, $"{says} (step 1 of ladder: schedule weekly)"),
            (written.Who, written.Page, written.Reason));
        Assert.StartsWith(
            "step 1 of ladder",
            After(decision.State, Timer("digest"), Noon, Suppressing).Pages[^1].Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Not_yet_tried_it_goes_on_by_what_makes_no_sound_or_ends()
    {
        var silent = Quiet(Paged(ByEmail), ByEmail);
        var retry = Retried(silent);
        Assert.Equal(("mail", 0, Start), (retry.Target.Channel, retry.Attempts, retry.NotBefore));
        Assert.Equal(new HeldBack(QuietMode.EmailOnly, Start, Noon, 0), silent.State!.HeldBack);

        var ended = Quiet(Paged(Suppressing), Suppressing);
        Assert.Equal(
            new DeliveryChange.Finish(ended.State!.Pages[0].Id, DeliveryState.Cancelled), Assert.Single(ended.Outbox));
        Assert.Equal(new HeldBack(QuietMode.Suppress, Start, Noon, 1), ended.State.HeldBack);
        Assert.DoesNotContain(ended.Timeline, line => line.Type == "page failed");
    }

    [Fact]
    public void Not_yet_tried_it_is_paged_anew_when_it_has_become_more_urgent_and_is_asked_about_once()
    {
        var policy = Ringing(QuietMode.Suppress, Priority.P2);
        var page = Expected.Delivery(Paged(policy), Paged(policy).Pages[0]);
        Assert.NotNull(QuietHours.HoldsBack(policy, page, Start));
        Assert.Null(QuietHours.HoldsBack(policy, page, Before));

        var risen = After(Paged(policy), Join(Another("latency", Priority.P1)), Start, policy);

        var anew = Expected.Delivery(risen, risen.Pages[^1]);
        Assert.Equal(
            (DeliveryState.Cancelled, DeliveryState.Pending, "log"),
            (risen.Pages[0].State, risen.Pages[1].State, anew.Target.Channel));

        // Its priority is no reason not to ask: it may be that of something held back, or what it was.
        Assert.NotNull(QuietHours.HoldsBack(policy, anew, Start));
        var rings = Retried(Quiet(risen, policy, risen.Pages[^1]));
        Assert.Equal(("log", Start), (rings.Target.Channel, rings.NotBefore));
        Assert.Null(QuietHours.HoldsBack(policy, rings, Start));
    }

    [Fact]
    public void Not_yet_tried_it_rings_when_there_are_none_any_more_and_is_not_asked_about_again()
    {
        var state = Paged(Suppressing);
        var none = Suppressing with { Teams = Suppressing.Teams.Select(team => team with { QuietHours = [] }).ToValueList() };

        var retry = Retried(Quiet(state, none));

        Assert.Equal(("log", Start), (retry.Target.Channel, retry.NotBefore));
        Assert.Null(QuietHours.HoldsBack(Suppressing, retry, Start));
    }

    [Fact]
    public void A_call_that_nobody_answered_rings_nobody_else()
    {
        var paged = Paged(Suppressing);
        var called = After(
            paged, new IncidentCommand.Attempted(Expected.Delivery(paged, paged.Pages[0]), AttemptOutcome.Delivered, "ok") { AnswerWithin = TimeSpan.FromMinutes(2) }, Before, Suppressing);

        var state = After(called, Timer("answer"), Before.AddMinutes(2), Suppressing);

        Assert.Equal((DeliveryState.Cancelled, QuietMode.Suppress), (state.Pages[0].State, state.HeldBack?.Mode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whom_nothing_else_would_page_is_tried_at_their_end(bool inHand)
    {
        var state = After(
            Paged(Suppressing),
            new IncidentCommand.PageResponder(new("user", Policies.Secondary), "ann"),
            Before,
            Suppressing);
        if (inHand)
        {
            state = state with { Status = IncidentStatus.Acknowledged };
        }

        var decision = Failed(state, Suppressing, state.Pages[^1]);

        var retry = ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal((Noon, Policies.Secondary), (retry.NotBefore, retry.Who));
        Assert.Equal(DeliveryState.Pending, decision.State!.Pages[^1].State);
    }

    [Fact]
    public void Whom_a_person_gave_it_is_rung()
    {
        var state = After(
            Paged(Suppressing), Person(new IncidentCommand.Assign(Policies.Secondary, "ann", "")), Before, Suppressing);

        Assert.Equal(
            Start.AddSeconds(1),
            Retried(Failed(state, Suppressing, state.Pages[^1])).NotBefore,
            TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void What_has_become_more_urgent_than_they_hold_back_is_rung()
    {
        var policy = Ringing(QuietMode.Suppress, Priority.P2);
        var risen = After(Paged(policy), Join(Another("latency", Priority.P1)), Start, policy);

        Assert.Equal("log", Retried(Failed(risen, policy, risen.Pages[^1])).Target.Channel);
    }

    [Fact]
    public void What_is_over_when_they_end_and_comes_again_starts_its_ladder_although_it_flaps()
    {
        var climbed = After(NewIncident, Timer("step"), Start, ByEmail);
        var resolved = After(climbed, Closed(FirstMember), Noon.AddMinutes(-1), ByEmail);
        var ended = After(resolved, Timer("digest"), Noon, ByEmail);
        Assert.DoesNotContain(ended.Timers, timer => timer.Name == "digest");

        var again = After(ended, Join(Another("latency") with { Flapping = true }), Noon.AddMinutes(1), ByEmail);

        Assert.Equal((0, Noon.AddMinutes(1), null), (again.Ladder.Next, again.Ladder.NextAt, again.HeldBack));
    }

    [Fact]
    public void What_climbed_by_e_mail_starts_its_ladder_at_their_end_also_when_it_was_over_meanwhile()
    {
        var climbed = After(NewIncident, Timer("step"), Start, ByEmail);
        var resolved = After(climbed, Closed(FirstMember), Start.AddMinutes(1), ByEmail);
        var again = After(resolved, Join(Another("latency")), Start.AddMinutes(2), ByEmail);
        Assert.Equal(IncidentStatus.Open, again.Status);

        var ended = After(again, Timer("digest"), Noon, ByEmail);

        Assert.Equal((0, Noon), (ended.Ladder.Next, ended.Ladder.NextAt));
        Assert.Empty(Incident.Decide(resolved, Timer("digest"), IncidentId, ByEmail, Noon).Outbox);
    }

    [Theory]
    [InlineData("email", 0)]
    [InlineData("webhook", 120)]
    public void What_tells_who_made_a_silence_rings_nobody_either(string mail, int minutes)
    {
        var policy = Suppressing with { Channels = [Suppressing.Channels[0], new Channel("mail", mail, Labels.Empty)] };
        var ended = new IncidentCommand.SilenceEnded(
            new Silencing("s", Policies.Match("{}"), Start.AddHours(-1), Before, Policies.Secondary, ""));
        var state = After(Paged(policy), ended, Before, policy);

        var retry = Retried(Failed(state, policy, state.Pages[^1]));

        Assert.Equal(Policies.Secondary, retry.Who);
        Assert.InRange(
            retry.NotBefore - Start,
            TimeSpan.FromMinutes(minutes),
            TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(2));
    }

    /// <summary>With one contact that rings and one that does not.</summary>
    private static PolicyVersion Ringing(QuietMode mode, params Priority[] priorities) => QuietFromTenToNoon(mode, priorities) with
    {
        Channels = [new Channel("log", "webhook", Labels.Empty), new Channel("mail", "email", Labels.Empty)],
    };

    private static IncidentState Paged(PolicyVersion policy) =>
        After(NewIncident with { Ladder = Expected.Ladder(0, Before) }, Timer("step"), Before, policy);

    private static Decision<IncidentState> Failed(IncidentState state, PolicyVersion policy, Page? page = null) => Incident.Decide(
        state,
        new IncidentCommand.Attempted(
            Expected.Delivery(state, page ?? state.Pages[0]), AttemptOutcome.Failed, "HTTP 500"),
        IncidentId, policy, Start);

    private static Decision<IncidentState> Quiet(IncidentState state, PolicyVersion policy, Page? page = null) => Incident.Decide(
        state,
        new IncidentCommand.Attempted(
            Expected.Delivery(state, page ?? state.Pages[0]), AttemptOutcome.Quiet, "Nothing was sent"),
        IncidentId, policy, Start);

    private static Delivery Retried(Decision<IncidentState> decision) =>
        ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
}
