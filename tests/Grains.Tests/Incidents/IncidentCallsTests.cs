using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>A call has reached somebody when a key was pressed, whoever tells us, and also when nobody does.</summary>
public sealed class IncidentCallsTests
{
    private static readonly DateTimeOffset Over = Start.AddMinutes(2);
    private static readonly IncidentState Paging = After(NewIncident, Timer("step"), Start);
    private static readonly Delivery Delivery = Expected.Delivery(NewIncident, Paging.Pages[0]);

    private static readonly IncidentCommand.NotReached Missed =
        new(Paging.Pages[0].Id, Paging.Pages[0].Channel, "nobody answered the call");

    [Fact]
    public void A_call_of_whose_end_nobody_tells_goes_on_to_the_next_contact()
    {
        Assert.Contains(new GrainTimer("answer", Over), CalledIncident.Timers);

        var decision = Incident.Decide(CalledIncident, Timer("answer"), IncidentId, Small, Over);

        const string how = "nobody answered, nor were we told how it ended: can its provider reach this service?";
        var retry = ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(Delivery with { Channel = 1, NotBefore = Over, MovesOnAt = null }, retry);
        Assert.Equal(
            CalledIncident.Pages[0] with { Channel = 1, State = DeliveryState.Pending, Detail = how, AnswerBy = null },
            decision.State!.Pages[0]);
        Assert.Equal([Expected.Line("page failed", $"{Policies.Primary} by log: {how}")], decision.Timeline);
        Assert.DoesNotContain(decision.State.Timers, timer => timer.Name == "answer");
    }

    [Fact]
    public void By_the_last_contact_it_makes_the_next_step_due()
    {
        var last = CalledIncident with { Pages = [CalledIncident.Pages[0] with { Channel = 1 }] };

        var state = After(last, Timer("answer"), Over);

        Assert.Equal((DeliveryState.Failed, Over), (state.Pages[0].State, state.Ladder.NextAt));
    }

    [Fact]
    public void What_is_silenced_since_rings_nobody_else()
    {
        var silenced = After(
            CalledIncident,
            new IncidentCommand.MemberChanged(FirstMember, FirstMember with { SuppressedBy = ["s1"] }),
            Start.AddMinutes(1));

        Assert.Equal(
            Expected.Unchanged("Nothing to page for any more: Silenced by s1"),
            Incident.Decide(silenced, Missed, IncidentId, Small, Over));
    }

    [Theory]
    [InlineData("open")]
    [InlineData("acknowledged")]
    [InlineData("merged")]
    public void What_becomes_of_a_message_for_several_pages_is_told_to_all_of_them_once_however_this_one_stands(
        string standing)
    {
        ValueList<SentPage> together = [new(IncidentId, Delivery.Id, 0), new("incident-2", Guid.AllBitsSet, 1)];
        var sent = After(
            Paging,
            new IncidentCommand.Attempted(Delivery, AttemptOutcome.Delivered, "sent") { Together = together },
            Start);
        var state = standing switch
        {
            "acknowledged" => After(sent, Person(new IncidentCommand.Acknowledge("ann", "")), Start),
            "merged" => After(sent, new IncidentCommand.Accepted("older", 0, MayPage: true), Start),
            _ => sent,
        };

        var told = Incident.Decide(state, Missed, IncidentId, Small, Over);

        Assert.Equal(
            [ToIncident(new IncidentCommand.NotReached(Guid.AllBitsSet, 1, Missed.How), "incident-2")], told.Messages);
        Assert.Equal(standing == "open" ? 1 : 0, told.Outbox.Count);
        Assert.Empty(Incident.Decide(told.State, Missed, IncidentId, Small, Over).Messages);
    }

    [Fact]
    public void What_becomes_of_a_message_before_its_attempt_is_reported_is_told_to_all_of_its_pages()
    {
        ValueList<SentPage> together = [new(IncidentId, Delivery.Id, 0), new("incident-2", Guid.AllBitsSet, 1)];
        var missed = After(Paging, Missed, Start);

        var reported = Incident.Decide(
            missed, new IncidentCommand.Attempted(Delivery, AttemptOutcome.Delivered, "sent") { Together = together },
            IncidentId, Small, Start);

        Assert.Equal(
            [ToIncident(new IncidentCommand.NotReached(Guid.AllBitsSet, 1, Missed.How), "incident-2")],
            reported.Messages);
    }

    [Fact]
    public void A_page_that_arrives_by_itself_waits_for_no_answer() =>
        Assert.DoesNotContain(
            After(Paging, new IncidentCommand.Attempted(Delivery, AttemptOutcome.Delivered, "sent"), Start).Timers,
            timer => timer.Name == "answer");

    [Fact]
    public void A_call_that_did_not_come_about_waits_for_no_answer() =>
        Assert.Null(After(Paging, Took(AttemptOutcome.Failed), Start).Pages[0].AnswerBy);

    [Theory]
    [InlineData("acknowledge")]
    [InlineData("snooze")]
    [InlineData("resolve")]
    [InlineData("not me")]
    public void Whoever_answers_is_waited_for_no_longer_even_when_it_comes_out_of_hand_again(string answer)
    {
        var answered = After(CalledIncident, Person(answer switch
        {
            "acknowledge" => new IncidentCommand.Acknowledge(Policies.Primary, ""),
            "snooze" => new IncidentCommand.Snooze(Start.AddHours(1), Policies.Primary, ""),
            "resolve" => new IncidentCommand.Resolve(Policies.Primary, ""),
            _ => new IncidentCommand.NotMe(Policies.Primary, ""),
        }), Start.AddMinutes(1));

        Assert.DoesNotContain((answered with { Status = IncidentStatus.Open }).Timers, timer => timer.Name == "answer");
        Assert.Equal(
            Expected.Unchanged("The timer was moved meanwhile"),
            Incident.Decide(answered, Timer("answer"), IncidentId, Small, Over));
    }

    [Fact]
    public void Only_the_call_to_who_passes_it_on_is_waited_for_no_longer()
    {
        var passedOn = After(
            CalledIncident, Person(new IncidentCommand.NotMe(Policies.Secondary, "")), Start.AddMinutes(1));

        Assert.Equal(Over, passedOn.Pages[0].AnswerBy);
    }

    [Theory]
    [InlineData(AttemptOutcome.Delivered)]
    [InlineData(AttemptOutcome.Unknown)]
    public void A_call_that_was_over_before_it_was_reported_goes_on_with_the_report(AttemptOutcome outcome)
    {
        var decision = Incident.Decide(Paging, Missed, IncidentId, Small, Start);

        Assert.Empty(decision.Outbox);
        var state = After(decision.State!, Took(outcome), Start);
        Assert.Equal(
            (DeliveryState.Pending, 1, 0, "nobody answered the call"),
            (state.Pages[0].State, state.Pages[0].Channel, state.Pages[0].Attempts, state.Pages[0].Detail));
        Assert.Equal((null, null), (state.Pages[0].Missed, state.Pages[0].AnswerBy));
    }

    [Fact]
    public void A_call_about_what_somebody_has_waits_for_no_answer() =>
        Assert.Null(After(Paging with { Status = IncidentStatus.Acknowledged }, Took(AttemptOutcome.Delivered), Start).Pages[0].AnswerBy);

    [Fact]
    public void What_was_missed_does_not_count_for_the_next_attempt()
    {
        var again = After(After(Paging, Missed, Start), Took(AttemptOutcome.Failed), Start);

        Assert.Null(again.Pages[0].Missed);
    }

    [Fact]
    public void A_page_that_waits_for_an_answer_stays_in_the_document()
    {
        var state = CalledIncident;
        for (var climbed = 0; climbed < 50; climbed++)
        {
            state = Delivered(After(state, Timer("step"), state.Ladder.NextAt!.Value));
        }

        Assert.Equal(Over, state.Pages[0].AnswerBy);
    }

    private static IncidentCommand.Attempted Took(AttemptOutcome outcome) =>
        new(Delivery, outcome, "HTTP 201") { AnswerWithin = TimeSpan.FromMinutes(2) };
}
