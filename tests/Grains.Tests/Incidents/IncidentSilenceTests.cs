using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>An incident pages while one of its open members may.</summary>
public sealed class IncidentSilenceTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly Member Silenced = FirstMember with { SuppressedBy = ["s1"] };
    private static readonly Member ToldAndSilenced = Silenced with { SuppressedSince = Later };
    private static readonly Member Other = Another("latency", Priority.P3);
    private static readonly Member OtherSilenced = Other with { SuppressedBy = ["s2"] };
    private static readonly IncidentCommand Silence = new IncidentCommand.MemberChanged(FirstMember, Silenced);
    private static readonly IncidentCommand EndSilence = new IncidentCommand.MemberChanged(Silenced, FirstMember);

    [Fact]
    public void Opened_by_a_silenced_alert_it_names_the_silence_and_has_no_step()
    {
        var incident = OpenedBy(Silenced);

        Assert.Equal((1, 0, null), (incident.OpenMembers, incident.PageableMembers, incident.Ladder.NextAt));
        Assert.Equal(["s1"], incident.SuppressedBy);
        Assert.Empty(incident.Timers);
    }

    [Fact]
    public void Its_timeline_says_which_silence_held_whom_back_and_until_when()
    {
        string[] texts =
        [
            TextOf(
                Incident.Decide(
                    null, new IncidentCommand.Open("model:churn_model", Silenced), IncidentId, Small, Start)),
            TextOf(Incident.Decide(PagedIncident, Join(OtherSilenced), IncidentId, Small, Later)),
            TextOf(Incident.Decide(OpenedBy(Silenced), EndSilence, IncidentId, Small, Later)),
        ];

        Assert.Equal(
            [
                "Opened by alert 'ModelAccuracyDrop - churn_model', silenced by s1",
                "Alert 'latency' joined: same entity model:churn_model, silenced by s2",
                "Alert 'ModelAccuracyDrop - churn_model' is P2, no longer silenced by s1",
            ],
            texts);

        static string TextOf(Decision<IncidentState> decision) => decision.Timeline[0].Text;
    }

    [Fact]
    public void When_the_silence_ends_what_still_fires_pages_from_the_first_step()
    {
        var state = Decide(OpenedBy(Silenced), EndSilence);

        Assert.Equal((Expected.Ladder(0, Later), 1), (state.Ladder, state.PageableMembers));
        Assert.Empty(state.SuppressedBy);
    }

    [Theory]
    [InlineData(3, 1, 5)]
    [InlineData(20, 1, 20)]
    [InlineData(39, 1, 39)]
    [InlineData(40, 0, 40)]
    public void Once_somebody_was_paged_it_goes_on_where_it_was_until_the_next_climb_would_have_come(
        int freed, int next, int due)
    {
        var arrived = PagedIncident with { Ladder = PagedIncident.Ladder with { HasArrived = true } };
        var held = Decide(arrived, new IncidentCommand.MemberChanged(FirstMember, ToldAndSilenced));

        var state = After(
            held, new IncidentCommand.MemberChanged(ToldAndSilenced, FirstMember), Start.AddMinutes(freed));

        Assert.Equal(Expected.Ladder(next, Start.AddMinutes(due)) with { HasArrived = next > 0 }, state.Ladder);
    }

    [Fact]
    public void A_step_whose_pages_were_cancelled_before_they_went_out_comes_when_it_is_let_go()
    {
        var first = After(NewIncident, Timer("step"), Start);
        var second = After(Arrived(first), Timer("step"), Start.AddMinutes(5));

        Assert.Equal(
            Expected.Ladder(0, Start.AddMinutes(1)), Freed(first, Start.AddSeconds(30), Start.AddMinutes(1)).Ladder);
        Assert.Equal(
            (1, Start.AddMinutes(6)), NextOf(Freed(second, Start.AddMinutes(5).AddSeconds(30), Start.AddMinutes(6))));

        static IncidentState Freed(IncidentState state, DateTimeOffset since, DateTimeOffset at)
        {
            var held = ToldAndSilenced with { SuppressedSince = since };
            return After(
                After(state, new IncidentCommand.MemberChanged(FirstMember, held), since),
                new IncidentCommand.MemberChanged(held, FirstMember),
                at);
        }
    }

    [Fact]
    public void What_nobody_was_told_of_pages_from_the_first_step_however_far_the_others_were_climbed()
    {
        var since = Start.AddMinutes(1);
        var untold = Other with { OpenedAt = since, SuppressedBy = ["s2"], SuppressedSince = since };
        var two = After(PagedIncident, Join(untold), since);
        var alone = After(two, Closed(FirstMember), Start.AddMinutes(2));

        var freed = After(alone, new IncidentCommand.MemberChanged(untold, Other), Start.AddMinutes(3));

        Assert.Equal((0, Start.AddMinutes(3)), NextOf(freed));
    }

    [Fact]
    public void What_holds_it_back_again_and_again_does_not_page_the_first_person_again_and_again()
    {
        var state = NewIncident;
        for (var minute = 0; minute < 24; minute++)
        {
            var at = Start.AddMinutes(minute);
            var held = FirstMember with { SuppressedBy = ["s1"], SuppressedSince = Start.AddMinutes(minute - (minute % 4) - 1) };
            state = minute % 4 == 3 ? After(
                state, new IncidentCommand.MemberChanged(FirstMember, held with { SuppressedSince = at }), at)
                : minute % 4 == 0 && minute > 0 ? After(state, new IncidentCommand.MemberChanged(held, FirstMember), at)
                : state;
            state = state.Ladder.NextAt <= at ? Arrived(After(state, Timer("step"), at)) : state;
        }

        Assert.Equal(
            [(1, 0), (2, 5), (3, 10), (3, 10)],
            state.Pages.Select(page => (page.Step, (int)(page.At - Start).TotalMinutes)));
    }

    [Fact]
    public void A_silence_over_all_that_is_open_cancels_what_has_not_started_and_stops_the_ladder()
    {
        var paging = After(NewIncident, Timer("step"), Start);

        var decision = Incident.Decide(paging, Silence, IncidentId, Small, Later);

        Assert.Equal("Silenced by s1", decision.Reason);
        Assert.Equal(
            (Expected.Ladder(1, null, held: Start.AddMinutes(5)), DeliveryState.Cancelled),
            (decision.State!.Ladder, decision.State.Pages[0].State));
        Assert.Equal([new DeliveryChange.Finish(paging.Pages[0].Id, DeliveryState.Cancelled)], decision.Outbox);
    }

    [Fact]
    public void Silenced_in_part_it_pages_on_for_the_rest()
    {
        var two = Decide(PagedIncident, Join(Other));

        var partly = Decide(two, Silence);

        Assert.Equal((two.Ladder, 2, 1), (partly.Ladder, partly.OpenMembers, partly.PageableMembers));
        Assert.Empty(partly.SuppressedBy);
    }

    [Fact]
    public void When_the_only_member_that_pages_closes_the_silences_of_the_rest_hold_it()
    {
        var partly = Decide(Decide(PagedIncident, Join(Other)), Silence);

        var held = Decide(partly, Closed(Other));

        Assert.Equal(
            (IncidentStatus.Open, null, 1, 0),
            (held.Status, held.Ladder.NextAt, held.OpenMembers, held.PageableMembers));
        Assert.Equal(["s1"], held.SuppressedBy);
    }

    [Fact]
    public void It_names_the_silences_in_force_and_not_those_that_were()
    {
        var both = Decide(
            Decide(Decide(PagedIncident, Join(OtherSilenced)), Silence),
            new IncidentCommand.MemberChanged(Silenced, FirstMember with { SuppressedBy = ["s3"] }));

        Assert.Equal(["s2", "s3"], both.SuppressedBy);
    }

    [Fact]
    public void A_new_alert_that_may_page_pages_at_once_although_others_are_silenced()
    {
        var held = Decide(PagedIncident, Silence);

        Assert.Equal(Expected.Ladder(0, Later, of: Other), Decide(held, Join(Other)).Ladder);
    }

    [Fact]
    public void An_acknowledgement_that_expires_under_a_silence_pages_when_it_ends()
    {
        var silenced = Decide(AcknowledgedIncident, Silence);
        var expired = After(silenced, Timer("unacknowledge"), silenced.AcknowledgedUntil!.Value);

        Assert.Null(expired.Ladder.NextAt);
        Assert.Equal(
            Expected.Ladder(0, silenced.AcknowledgedUntil.Value),
            After(expired, EndSilence, silenced.AcknowledgedUntil.Value).Ladder);
    }

    [Fact]
    public void A_step_if_not_closed_that_falls_due_under_a_silence_comes_when_the_silence_ends()
    {
        var acknowledged = IncidentFlappingTests.AcknowledgedUntilClosed();
        var silenced = After(acknowledged, Silence, Start.AddMinutes(3));

        var early = After(silenced, EndSilence, Start.AddMinutes(4));
        var late = After(silenced, EndSilence, Start.AddMinutes(30));

        Assert.Null(silenced.Ladder.NextAt);
        Assert.Equal(
            (IncidentStatus.Acknowledged, 2, Start.AddMinutes(10)),
            (early.Status, early.Ladder.Next, early.Ladder.NextAt));
        Assert.Equal(
            (IncidentStatus.Acknowledged, 2, Start.AddMinutes(30)),
            (late.Status, late.Ladder.Next, late.Ladder.NextAt));
    }

    [Fact]
    public void Acknowledged_under_a_silence_its_steps_if_not_closed_come_when_the_silence_ends()
    {
        var acknowledged = IncidentFlappingTests.AcknowledgedUntilClosed(Silenced);

        var freed = After(acknowledged, EndSilence, Start.AddMinutes(30));

        Assert.Equal((IncidentStatus.Acknowledged, null), (acknowledged.Status, acknowledged.Ladder.NextAt));
        Assert.Equal(
            (IncidentStatus.Acknowledged, 2, Start.AddMinutes(30)),
            (freed.Status, freed.Ladder.Next, freed.Ladder.NextAt));
    }

    [Fact]
    public void A_step_that_falls_due_in_the_turn_of_the_silence_pages_nobody()
    {
        var silenced = Decide(PagedIncident, Silence) with { Ladder = Expected.Ladder(1, Later) };

        var decision = Incident.Decide(silenced, Timer("step"), IncidentId, Small, Later);

        Assert.Equal("Nothing to page for", decision.Reason);
        Assert.Empty(decision.Outbox);
        Assert.Empty(decision.State!.Timers);
    }

    private static (int, DateTimeOffset?) NextOf(IncidentState state) => (state.Ladder.Next, state.Ladder.NextAt);

    private static IncidentState Decide(IncidentState state, IncidentCommand command) => After(state, command, Later);
}
