using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>Explicit responders are paged once, whoever owns the incident.</summary>
public sealed class IncidentRespondersTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly Responder Bob = new("user", Policies.Secondary);
    private static readonly Member WithBob = Another("latency", Priority.P3) with { Responders = [Bob] };

    [Fact]
    public void They_are_paged_with_the_first_step_and_not_with_the_next()
    {
        var first = After(OpenedBy(FirstMember with { Responders = [Bob] }), Timer("step"), Start);
        var second = After(first, Timer("step"), Start.AddMinutes(5));

        Assert.Equal([(Policies.Primary, 1), (Policies.Secondary, 1)], first.Pages.Select(p => (p.Who, p.Step)));
        Assert.Equal("responder user " + Policies.Secondary, first.Pages[1].Reason);
        Assert.Equal(3, second.PageCount);
    }

    [Theory]
    [InlineData(IncidentStatus.Open)]
    [InlineData(IncidentStatus.Acknowledged)]
    [InlineData(IncidentStatus.Snoozed)]
    public void Those_of_an_alert_that_joins_an_incident_in_hand_are_paged_at_once(IncidentStatus status)
    {
        var state = status switch
        {
            IncidentStatus.Acknowledged => AcknowledgedIncident,
            IncidentStatus.Snoozed => SnoozedIncident,
            _ => PagedIncident,
        };

        var joined = After(state, Join(WithBob), Later);

        Assert.Equal((Policies.Secondary, 0, Later), joined.Pages[^1] is var p ? (p.Who, p.Step, p.At) : default);
        Assert.Equal((status, state.Ladder), (joined.Status, joined.Ladder));
        Assert.Empty(joined.RespondersWaiting);
    }

    [Fact]
    public void Before_the_first_step_they_wait_for_it()
    {
        var joined = After(NewIncident, Join(WithBob), Start);

        Assert.Empty(joined.Pages);
        Assert.Equal([Bob], joined.RespondersWaiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Taken_in_hand_before_the_first_step_they_are_paged_then(bool snoozed)
    {
        var waiting = OpenedBy(FirstMember with { Responders = [Bob], GroupWait = TimeSpan.FromMinutes(5) });

        var taken = After(waiting, Person(snoozed ? Snooze("ann") : new IncidentCommand.Acknowledge("ann", "")), Later);

        Assert.Equal([(Policies.Secondary, 0, Later)], taken.Pages.Select(p => (p.Who, p.Step, p.At)));
        Assert.Empty(taken.RespondersWaiting);
        Assert.Null(taken.Ladder.NextAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_takes_it_in_hand_is_not_paged_for_it(bool snoozed)
    {
        var waiting = OpenedBy(FirstMember with { Responders = [Bob] });
        var bob = Policies.Secondary.ToUpperInvariant();

        var taken = After(waiting, Person(snoozed ? Snooze(bob) : new IncidentCommand.Acknowledge(bob, "")), Later);

        Assert.Empty(taken.Pages);
        Assert.Empty(taken.RespondersWaiting);
    }

    [Fact]
    public void Those_of_a_silenced_alert_are_paged_when_its_silence_ends()
    {
        var silenced = WithBob with { SuppressedBy = ["s"] };

        var joined = After(PagedIncident, Join(silenced), Later);
        var freed = After(joined, new IncidentCommand.MemberChanged(silenced, WithBob), Later);

        Assert.Equal(1, joined.PageCount);
        Assert.Equal((2, Policies.Secondary), (freed.PageCount, freed.Pages[^1].Who));
    }

    [Fact]
    public void Added_by_a_person_they_are_paged_at_once_and_a_second_time_never()
    {
        var paged = After(PagedIncident, new IncidentCommand.PageResponder(Bob, "ann"), Later);

        Assert.Equal((2, Policies.Secondary), (paged.PageCount, paged.Pages[^1].Who));
        Assert.Equal(2, After(paged, new IncidentCommand.PageResponder(Bob, "ann"), Later).PageCount);
        Assert.Equal(2, After(paged, Join(WithBob), Later).PageCount);
    }

    [Fact]
    public void A_team_or_escalation_stands_for_its_first_step_unless_the_incident_climbs_it_anyway()
    {
        var serving = Small with
        {
            Teams = Small.Teams.Add(new Team("serving", "team-2", "", [], "serving")),
            Escalations = Small.Escalations.Add(new Escalation("serving", "", "serving",
                [new EscalationStep(TimeSpan.FromHours(1), StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Policies.Secondary))])),
        };

        Assert.Equal(Policies.Secondary, PagedFor(new Responder("team", "serving")).Single().Who);
        Assert.Equal(Policies.Secondary, PagedFor(new Responder("escalation", "serving")).Single().Who);
        Assert.Equal(Policies.Primary, PagedFor(new Responder("schedule", "weekly")).Single().Who);
        Assert.Empty(PagedFor(new Responder("team", "ML-Platform")));
        Assert.Empty(PagedFor(new Responder("escalation", "ladder")));
        Assert.Equal(Policies.Primary, PagedFor(new Responder("team", "ml-platform"), climbed: "serving").Single().Who);
        Assert.Empty(PagedFor(new Responder("team", "serving"), climbed: "serving"));

        IEnumerable<Page> PagedFor(Responder responder, string climbed = "ladder")
        {
            var climbing = PagedIncident with { Ladder = PagedIncident.Ladder with { Policy = climbed } };
            return After(climbing, new IncidentCommand.PageResponder(responder, "ann"), Later, serving).Pages.Skip(1);
        }
    }

    [Fact]
    public void A_team_without_a_ladder_stands_for_the_default_teams()
    {
        var policy = Small with { Teams = Small.Teams.Add(new Team("data", "team-3", "", [], "")) };
        var climbing = PagedIncident with { Ladder = PagedIncident.Ladder with { Policy = "other" } };

        var paged = After(
            climbing, new IncidentCommand.PageResponder(new Responder("team", "data"), "ann"), Later, policy);

        Assert.Equal(Policies.Primary, paged.Pages[^1].Who);
    }

    [Fact]
    public void Of_those_paged_only_who_is_known_is_remembered_under_any_spelling()
    {
        var paged = After(PagedIncident, new IncidentCommand.PageResponder(Bob, "ann"), Later);
        var strangers = Enumerable.Range(0, 50).Aggregate(
            paged,
            (state, n) =>
                After(state, new IncidentCommand.PageResponder(new Responder("user", "stranger-" + n), "ann"), Later));
        var again = After(
            strangers,
            new IncidentCommand.PageResponder(new Responder("user", Policies.Secondary.ToUpperInvariant()), "ann"),
            Later);

        Assert.Equal(["user:" + Policies.Secondary], again.RespondersPaged);
        Assert.Equal(paged.PageCount, again.PageCount);
    }

    [Fact]
    public void Before_the_first_step_no_more_wait_than_the_document_holds_and_who_is_left_out_is_noted()
    {
        var many = Enumerable.Range(0, IncidentState.MostRespondersWaiting + 5)
            .Select(n => new Responder("user", "user-" + n));

        var decision = Incident.Decide(
            NewIncident, Join(Another("latency") with { Responders = many.ToValueList() }), IncidentId, Small, Start);

        Assert.Equal(IncidentState.MostRespondersWaiting, decision.State!.RespondersWaiting.Count);
        Assert.Contains(
            Expected.Line("nobody", "Responder user user-200 is not called: 200 wait already"), decision.Timeline);
    }

    [Fact]
    public void An_escalation_stands_for_all_that_it_begins_with()
    {
        EscalationStep Names(string user, int minutes) =>
            new(
                TimeSpan.FromMinutes(minutes),
                StepCondition.IfNotAcknowledged,
                new StepTarget(StepTargetType.User, user));
        var policy = Small with
        {
            Escalations = Small.Escalations.Add(
                new Escalation("two", "", null, [Names("u1", 1), Names("u2", 1), Names(Policies.Secondary, 5)])),
            Users = [.. Small.Users, Small.Users[0] with { Name = "u1" }, Small.Users[0] with { Name = "u2" }],
        };

        var decision = Incident.Decide(
            PagedIncident, new IncidentCommand.PageResponder(new("escalation", "two"), ""), IncidentId, policy, Start);

        Assert.Equal(["u1", "u2"], decision.Outbox.OfType<DeliveryChange.Enqueue>().Select(e => e.Delivery.Who));
    }

    [Fact]
    public void One_whose_only_notification_would_fall_into_quiet_hours_is_paged_when_they_end()
    {
        var policy = Small with
        {
            Teams = [Small.Teams[0] with { QuietHours = [new QuietHours([Priority.P2], [new(601, 720)], "UTC", QuietMode.Suppress)] }],
            Users = [Small.Users[0], Small.Users[1] with { Rules = [new NotificationRule([Priority.P2], [new("log", TimeSpan.FromMinutes(30))])] }],
        };

        var decision = Incident.Decide(
            PagedIncident, new IncidentCommand.PageResponder(Bob, ""), IncidentId, policy, Start);

        var page = Assert.Single(decision.Outbox.OfType<DeliveryChange.Enqueue>()).Delivery;
        var asked = Incident.Decide(
            decision.State!, new IncidentCommand.Attempted(page, AttemptOutcome.Quiet, ""), IncidentId, policy, page.NotBefore);
        var held = ((DeliveryChange.Retry)Assert.Single(asked.Outbox)).Delivery;
        Assert.Equal((Policies.Secondary, Start.AddHours(2)), (held.Who, held.NotBefore));
    }

    [Fact]
    public void Of_all_that_their_rules_say_for_later_one_page_waits_for_the_end_of_quiet_hours_and_the_rest_is_written_down()
    {
        var push = new DeliveryTarget("push", "bob");
        NotificationStep In(string channel, int minutes) => new(channel, TimeSpan.FromMinutes(minutes));
        var policy = Small with
        {
            Channels = [.. Small.Channels, new Channel("push", "webhook", Labels.Empty)],
            Teams = [Small.Teams[0] with { QuietHours = [new QuietHours([Priority.P2], [new(601, 720)], "UTC", QuietMode.Suppress)] }],
            Users =
            [
                Small.Users[0],
                Small.Users[1] with
                {
                    Contacts = [.. Small.Users[1].Contacts, push],
                    Rules = [new NotificationRule([Priority.P2], [In("mail", 5), In("push", 10), In("push", 15)])],
                },
            ],
        };
        var asked = Incident.Decide(PagedIncident, new IncidentCommand.PageResponder(Bob, ""), IncidentId, policy, Start);
        var pages = asked.Outbox.OfType<DeliveryChange.Enqueue>().Select(change => change.Delivery).ToList();

        var decisions = new List<Decision<IncidentState>>();
        var state = asked.State!;
        foreach (var page in pages)
        {
            var quiet = new IncidentCommand.Attempted(page, AttemptOutcome.Quiet, "");
            decisions.Add(Incident.Decide(state, quiet, IncidentId, policy, page.NotBefore));
            state = decisions[^1].State!;
        }

        Assert.Equal(
            [DeliveryState.Cancelled, DeliveryState.Pending, DeliveryState.Cancelled],
            state.Pages.Skip(1).Select(page => page.State));
        var kept = Assert.Single(decisions.SelectMany(decision => decision.Outbox).OfType<DeliveryChange.Retry>()).Delivery;
        Assert.Equal((pages[1].Id, push, Start.AddHours(2)), (kept.Id, kept.Target, kept.NotBefore));
        const string says = "quiet hours of ml-platform until 2026-01-05 12:00 UTC, nobody is paged";
        Assert.Equal(
            [
                $"Not paging {Policies.Secondary} (responder user {Policies.Secondary}, by mail after 5m): {says}",
                $"{Policies.Secondary} is tried again at 12:00 UTC, after quiet hours",
                $"Not paging {Policies.Secondary} (responder user {Policies.Secondary}, by push after 15m): {says}",
            ],
            decisions.SelectMany(decision => decision.Timeline).Select(line => line.Text));
        Assert.Equal([(says, 0), (says, 0)], decisions.SelectMany(decision => decision.Items).Select(Written));
        Assert.Equal((null, PagedIncident.Ladder), (state.HeldBack, state.Ladder));

        var called = After(OpenedBy(FirstMember with { Responders = [Bob] }, policy), Timer("step"), Start, policy);
        var first = Incident.Decide(
            called, new IncidentCommand.Attempted(Expected.Delivery(called, called.Pages[1]), AttemptOutcome.Quiet, ""), IncidentId, policy, Start.AddMinutes(5));
        Assert.Equal((says, 1), Written(Assert.Single(first.Items)));

        static (string, int) Written(ItemChange item)
        {
            var decision = PageDecision.Read(new Item("", item.Body!));
            return (decision.Reason.Split(" (")[0], decision.Step);
        }
    }

    /// <summary>A call rings before quiet hours and is answered by nobody within them.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void A_call_that_waits_for_its_answer_is_the_one_that_waits_for_their_end_if_it_has_another_contact(bool hasAnother, int waits)
    {
        NotificationStep In(int minutes) => new("log", TimeSpan.FromMinutes(minutes));
        var log = Small.Users[1].Contacts[0];
        var policy = Small with
        {
            Channels = [new Channel("log", "webhook", Labels.Empty)],
            Teams = [Small.Teams[0] with { QuietHours = [new QuietHours([Priority.P2], [new(601, 720)], "UTC", QuietMode.Suppress)] }],
            Users =
            [
                Small.Users[0],
                Small.Users[1] with
                {
                    Contacts = hasAnother ? [log, log with { Address = "another" }] : [log],
                    Rules = [new NotificationRule([Priority.P2], [In(0), In(5)])],
                },
            ],
        };
        var asked = After(PagedIncident, new IncidentCommand.PageResponder(Bob, ""), Start, policy);
        var rang = After(
            asked,
            new IncidentCommand.Attempted(Expected.Delivery(asked, asked.Pages[1]), AttemptOutcome.Delivered, "ok") { AnswerWithin = TimeSpan.FromMinutes(9) },
            Start,
            policy);
        var later = After(rang, new IncidentCommand.Attempted(Expected.Delivery(rang, rang.Pages[2]), AttemptOutcome.Quiet, ""), Start.AddMinutes(5), policy);

        var unanswered = After(later, Timer("answer"), Start.AddMinutes(9), policy);

        var pending = unanswered.Pages.Where(page => page.State == DeliveryState.Pending);
        Assert.Equal(asked.Pages[waits].Id, Assert.Single(pending).Id);
    }

    [Fact]
    public void A_responder_nobody_knows_is_noted() =>
        Assert.Equal(
            [Expected.Line("nobody", "Nobody to page for responder user stranger; stranger: no user of that name is configured")],
            Incident.Decide(PagedIncident, new IncidentCommand.PageResponder(new Responder("user", "stranger"), "ann"), IncidentId, Small, Later).Timeline);

    [Fact]
    public void After_a_resolve_the_responders_of_the_next_trouble_are_paged_again_but_not_those_of_a_flap()
    {
        var paged = After(PagedIncident, new IncidentCommand.PageResponder(Bob, "ann"), Later);
        var resolved = After(paged, Closed(FirstMember), Later);

        Assert.Equal([Bob], After(resolved, Join(WithBob), Later).RespondersWaiting);
        Assert.Equal(2, After(resolved, Join(WithBob with { Flapping = true }), Later).PageCount);
    }

    [Fact]
    public void The_failure_of_a_responders_page_does_not_hurry_the_ladder()
    {
        var paged = After(PagedIncident, new IncidentCommand.PageResponder(Bob, "ann"), Later);
        var attempted = Expected.Delivery(NewIncident, paged.Pages[^1]) with { Channel = 1 };
        var trying = paged with { Pages = [paged.Pages[0], paged.Pages[1] with { Channel = 1 }] };

        var failed = After(trying, new IncidentCommand.Attempted(attempted, AttemptOutcome.Rejected, "gone"), Later);

        Assert.Equal((DeliveryState.Failed, PagedIncident.Ladder), (failed.Pages[1].State, failed.Ladder));
    }

    private static IncidentCommand.Snooze Snooze(string user) => new(Start.AddHours(1), user, "");
}
