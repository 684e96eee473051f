using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>Messages that were sent follow their incident in place.</summary>
public sealed class IncidentUpdatesTests
{
    private const string Message = "C024BE91L/1767607200.000001";

    private static readonly DateTimeOffset Later = Start.AddMinutes(1);
    private static readonly IncidentState Paging = After(NewIncident, Timer("step"), Start);
    private static readonly Delivery Page = Expected.Delivery(NewIncident, Paging.Pages[0]);
    private static readonly Member Silenced = Another("latency", Priority.P1) with { SuppressedBy = ["s"] };

    /// <summary>The page arrived as a message that can be changed.</summary>
    private static readonly IncidentState Shown = After(Paging, Arrived(Page, Message), Start);

    [Fact]
    public void A_message_that_shows_how_things_are_is_left_alone()
    {
        Assert.Equal(Message, Shown.Pages[0].Reference);
        Assert.Null(Shown.UpdateAt);
    }

    [Fact]
    public void A_receiver_whose_messages_cannot_be_changed_is_left_alone()
    {
        var fixedOnce = After(Paging, Arrived(Page, null), Start);

        Assert.Null(Acknowledged(fixedOnce).UpdateAt);
    }

    [Fact]
    public void Who_has_it_is_shown_at_once()
    {
        var acknowledged = Acknowledged(Shown);
        Assert.Equal(Later, acknowledged.UpdateAt);

        var decision = Incident.Decide(acknowledged, Timer("update"), IncidentId, Small, Later);

        var update = ((DeliveryChange.Enqueue)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(
            (Message, "incident.acknowledged", "Acknowledged by ann"),
            (update.Updates, update.Text.Event, update.Text.Standing));
        Assert.Equal([Page.Targets[0]], update.Targets);
        Assert.Null(update.MovesOnAt);
        Assert.NotEqual(Page.Id, update.Id);
        Assert.Empty(decision.Timeline);
        Assert.Null(decision.State!.UpdateAt);
    }

    [Fact]
    public void A_storm_of_alerts_that_join_is_one_change()
    {
        var incident = Shown;
        for (var i = 1; i <= 50; i++)
        {
            incident = After(incident, Joins(i, Priority.P2), Later.AddMilliseconds(10 * i));
        }

        Assert.Equal(Later.AddMilliseconds(10).AddSeconds(5), incident.UpdateAt);
        var decision = Incident.Decide(incident, Timer("update"), IncidentId, Small, incident.UpdateAt!.Value);
        Assert.Equal(51, ((DeliveryChange.Enqueue)Assert.Single(decision.Outbox)).Delivery.Text.MemberCount);
    }

    [Fact]
    public void Who_has_it_does_not_wait_for_alerts_that_join()
    {
        var joined = After(Shown, Joins(1, Priority.P2), Later);

        Assert.Equal(Later, Acknowledged(joined).UpdateAt);
    }

    [Fact]
    public void A_change_while_one_is_under_way_is_sent_after_it()
    {
        var (updating, update) = Update(Acknowledged(Shown));

        var resolved = After(updating, Person(new IncidentCommand.Resolve("bob", "")), Later.AddSeconds(1));
        Assert.Null(resolved.UpdateAt);

        var arrived = After(resolved, Arrived(update, Message), Later.AddSeconds(2));
        Assert.Equal(Later.AddSeconds(2), arrived.UpdateAt);
        var (_, second) = Update(arrived);
        Assert.Equal("Resolved by bob", second.Text.Standing);
        Assert.NotEqual(update.Id, second.Id);
    }

    [Fact]
    public void A_change_that_fails_is_tried_later_with_what_is_true_by_then()
    {
        var (updating, update) = Update(Acknowledged(Shown));
        var resolved = After(updating, Person(new IncidentCommand.Resolve("bob", "")), Later.AddSeconds(1));
        var failed = new IncidentCommand.Attempted(update, AttemptOutcome.Failed, "busy", TimeSpan.FromSeconds(60));

        var decision = Incident.Decide(resolved, failed, IncidentId, Small, Later.AddSeconds(2));

        var again = ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal((update.Id, 1, Later.AddSeconds(62)), (again.Id, again.Attempts, again.NotBefore));
        Assert.Equal("Resolved by bob", again.Text.Standing);
    }

    [Fact]
    public void A_message_that_is_gone_is_told_and_not_tried_for_ever()
    {
        var (updating, update) = Update(Acknowledged(Shown));
        var gone = new IncidentCommand.Attempted(update, AttemptOutcome.Rejected, "message_not_found");

        var decision = Incident.Decide(updating, gone, IncidentId, Small, Later);

        Assert.Equal([new DeliveryChange.Finish(update.Id, DeliveryState.Failed)], decision.Outbox);
        Assert.Equal("update failed", Assert.Single(decision.Timeline).Type);
        Assert.Null(decision.State!.UpdateAt);
    }

    [Fact]
    public void A_page_that_arrived_after_it_was_answered_shows_so_as_well()
    {
        var acknowledged = Acknowledged(Paging);

        var arrived = After(acknowledged, Arrived(Page, Message), Later.AddSeconds(1));

        Assert.Equal(DeliveryState.Delivered, arrived.Pages[0].State);
        Assert.Equal(Later.AddSeconds(1), arrived.UpdateAt);
    }

    [Fact]
    public void A_change_of_a_page_that_is_forgotten_ends()
    {
        var (updating, update) = Update(Acknowledged(Shown));
        var forgotten = updating with { Pages = [] };

        var decision = Incident.Decide(forgotten, Arrived(update, Message), IncidentId, Small, Later);

        Assert.Equal([new DeliveryChange.Finish(update.Id, DeliveryState.Cancelled)], decision.Outbox);
    }

    [Fact]
    public void It_sounds_again_when_it_becomes_more_urgent_and_only_then()
    {
        var same = After(Shown, Joins(1, Priority.P2), Later);
        Assert.Single(same.Pages);

        var decision = Incident.Decide(same, Joins(2, Priority.P1), IncidentId, Small, Later);

        var page = ((DeliveryChange.Enqueue)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal((Policies.Primary, Priority.P1, (string?)null), (page.Who, page.Text.Priority, page.Updates));
        Assert.EndsWith("is P1", page.Reason, StringComparison.Ordinal);
        Assert.Equal(2, decision.State!.Pages.Count);
        Assert.Equal(same.Ladder.NextAt, decision.State.Ladder.NextAt);
    }

    [Fact]
    public void What_is_held_back_makes_nothing_sound_and_does_when_it_is_freed_also_for_who_was_paged_meanwhile()
    {
        var policy = Small with
        {
            Escalations = Small.Escalations.Add(new Escalation("urgent", "", null, [Small.Escalations[0].Steps[^1]])),
            Teams = [Small.Teams[0] with { ByPriority = [new(Priority.P1, "urgent")] }],
        };
        var silenced = Another("latency", Priority.P1) with { SuppressedBy = ["s"] };
        var joined = After(Shown, Join(silenced), Later, policy);
        Assert.Equal((Priority.P1, "ladder"), (joined.Priority, joined.Ladder.Policy));
        Assert.Single(After(joined, Joins(1, Priority.P3), Later, policy).Pages);

        var climbed = After(joined, Timer("step"), Start.AddMinutes(5), policy);
        var freed = new IncidentCommand.MemberChanged(silenced, silenced with { SuppressedBy = [] });
        var sounded = After(climbed, freed, Start.AddMinutes(6), policy);
        Assert.Equal("urgent", sounded.Ladder.Policy);

        Assert.Equal(
            [(Policies.Primary, Priority.P2), (Policies.Secondary, Priority.P2), (Policies.Primary, Priority.P1), (Policies.Secondary, Priority.P1)],
            sounded.Pages.Select(page => (page.Who, page.Priority!.Value)));
    }

    /// <summary>Channels ring or do not by what a page says, and bring a message up to date in its words.</summary>
    [Fact]
    public void A_page_says_how_urgent_that_is_for_which_it_comes_and_not_what_is_held_back()
    {
        var silenced = Join(Another("latency", Priority.P1) with { SuppressedBy = ["s"] });
        var joined = After(NewIncident, silenced, Start);
        Assert.Equal((Priority.P1, Priority.P2), (joined.Priority, Said(joined, Timer("step"), Start)));

        var shown = After(Shown, silenced, Later);
        Assert.Equal((Priority.P1, Priority.P2), (shown.Priority, Said(shown, Timer("update"), shown.UpdateAt!.Value)));

        static Priority Said(IncidentState state, IncidentCommand command, DateTimeOffset at) =>
            ((DeliveryChange.Enqueue)Incident.Decide(state, command, IncidentId, Small, at).Outbox.Single()).Delivery.Text.Priority;
    }

    [Fact]
    public void Where_nothing_is_left_that_may_page_a_message_says_what_its_page_said()
    {
        var (joined, _) = ShownAnew(After(Shown, Join(Silenced), Later));

        var held = After(joined, Closed(FirstMember), Later.AddMinutes(1));

        Assert.Equal((IncidentStatus.Open, Priority.P1, null), (held.Status, held.Priority, held.UpdateAt));
        var (_, second) = ShownAnew(After(held, Join(Another("third", Priority.P1) with { SuppressedBy = ["s"] }), Later.AddMinutes(2)));
        Assert.Equal((PageEvents.Updated, Priority.P2), (second.Text.Event, second.Text.Priority));
    }

    [Fact]
    public void Resolved_a_message_says_what_its_page_said_while_its_alerts_close_one_after_the_other()
    {
        var urgent = Another("urgent", Priority.P1);
        Member[] members = [urgent, FirstMember, Silenced];
        var (joined, _) = ShownAnew(After(Shown, Join(Silenced), Later));
        var risen = After(joined, Join(urgent), Later.AddMinutes(1));
        risen = After(risen, Arrived(Expected.Delivery(risen, risen.Pages[1]), "second"), Later.AddMinutes(1));

        var resolved = After(risen, Person(new IncidentCommand.Resolve("ann", "")), Later.AddMinutes(2));
        var sent = Incident.Decide(resolved, Timer("update"), IncidentId, Small, resolved.UpdateAt!.Value);
        var updates = sent.Outbox.OfType<DeliveryChange.Enqueue>().Select(enqueue => enqueue.Delivery).ToList();
        Assert.Equal([(Message, Priority.P2), ("second", Priority.P1)], updates.Select(update => (update.Updates, update.Text.Priority)));

        var failed = new IncidentCommand.Attempted(updates[0], AttemptOutcome.Failed, "busy");
        var again = Assert.IsType<DeliveryChange.Retry>(Assert.Single(Incident.Decide(sent.State, failed, IncidentId, Small, Later.AddMinutes(2)).Outbox));
        Assert.Equal(Priority.P2, again.Delivery.Text.Priority);
        var over = updates.Aggregate(sent.State!, (state, update) => After(state, Arrived(update, update.Updates), Later.AddMinutes(2)));
        foreach (var member in members)
        {
            over = After(over, Closed(member, ClosedHow.ClosedByPerson), Later.AddMinutes(3));
            Assert.Null(over.UpdateAt);
        }
    }

    [Fact]
    public void Merged_a_message_says_what_its_page_said()
    {
        var (joined, _) = ShownAnew(After(Shown, Join(Silenced), Later));

        var (_, update) = ShownAnew(After(joined, new IncidentCommand.Accepted("older", 0, MayPage: true), Later.AddMinutes(1)));

        Assert.Equal(
            (PageEvents.Resolved, "Merged into incident older", Priority.P2),
            (update.Text.Event, update.Text.Standing, update.Text.Priority));
    }

    [Fact]
    public void It_sounds_again_by_the_ways_that_people_have_now_for_what_is_so_urgent()
    {
        var primary = Small.Users[0] with
        {
            Contacts = [new DeliveryTarget("mail", "new@example.org"), new DeliveryTarget("log", "new")],
            Rules = [new NotificationRule([Priority.P1], [new("log", TimeSpan.Zero)])],
        };
        var policy = Small with { Users = [primary, .. Small.Users.Skip(1)] };

        var risen = Incident.Decide(Shown, Joins(1, Priority.P1), IncidentId, policy, Later);

        var page = ((DeliveryChange.Enqueue)Assert.Single(risen.Outbox)).Delivery;
        Assert.Equal([new("log", "new"), new("mail", "new@example.org")], page.Targets);
    }

    [Fact]
    public void It_sounds_again_though_a_notification_of_the_less_urgent_rule_is_still_to_come()
    {
        NotificationRule[] rules =
        [
            new([Priority.P2], [new("log", TimeSpan.Zero), new("mail", TimeSpan.FromMinutes(20))]),
            new([Priority.P1], [new("mail", TimeSpan.Zero)]),
        ];
        var policy = Small with { Users = [Small.Users[0] with { Rules = rules.ToValueList() }, .. Small.Users.Skip(1)] };
        var paged = After(NewIncident, Timer("step"), Start, policy);
        paged = After(paged, Arrived(Expected.Delivery(paged, paged.Pages[0]), null), Start, policy);

        var risen = Incident.Decide(paged, Joins(1, Priority.P1), IncidentId, policy, Later);

        Assert.Equal(
            [DeliveryState.Delivered, DeliveryState.Cancelled, DeliveryState.Pending],
            risen.State!.Pages.Select(page => page.State));
        Assert.Equal("mail", Assert.Single(risen.Outbox.OfType<DeliveryChange.Enqueue>()).Delivery.Target.Channel);
    }

    [Fact]
    public void It_sounds_again_for_a_rise_in_a_later_life()
    {
        var urgent = Another("urgent", Priority.P1);
        var over = new[] { Closed(urgent), Closed(FirstMember) }.Aggregate(
            After(Shown, Join(urgent), Later), (state, closed) => After(state, closed, Later));
        var again = After(over, Join(Another("third")), Later);
        again = Given.Arrived(After(again, Timer("step"), again.Ladder.NextAt!.Value));

        var risen = Incident.Decide(again, Joins(3, Priority.P1), IncidentId, Small, again.Pages[^1].At.AddSeconds(30));

        Assert.Equal(
            (IncidentStatus.Resolved, Priority.P1),
            (over.Status, Assert.Single(risen.Outbox.OfType<DeliveryChange.Enqueue>()).Delivery.Text.Priority));
    }

    [Fact]
    public void What_is_to_come_is_not_given_up_for_nothing()
    {
        NotificationRule[] rules =
        [
            new([Priority.P2], [new("log", TimeSpan.FromMinutes(2))]),
            new([Priority.P1], [new("mail", TimeSpan.FromMinutes(20))]),
        ];
        var policy = Small with
        {
            Teams = [Small.Teams[0] with { QuietHours = [new QuietHours([Priority.P1, Priority.P2], [new(610, 720)], "UTC", QuietMode.Suppress)] }],
            Users = [Small.Users[0] with { Rules = rules.ToValueList() }, .. Small.Users.Skip(1)],
        };
        var paged = After(NewIncident, Timer("step"), Start, policy);

        var risen = Incident.Decide(paged, Joins(1, Priority.P1), IncidentId, policy, Later);

        Assert.Equal([DeliveryState.Pending, DeliveryState.Pending], risen.State!.Pages.Select(page => page.State));
    }

    [Fact]
    public void It_sounds_anew_while_the_less_urgent_page_is_on_its_way_and_once()
    {
        var risen = Incident.Decide(Paging, Joins(1, Priority.P1), IncidentId, Small, Later);

        Assert.Equal(
            [(Priority.P2, DeliveryState.Cancelled), (Priority.P1, DeliveryState.Pending)],
            risen.State!.Pages.Select(page => (page.Priority!.Value, page.State)));
        Assert.Single(
            After(risen.State, Joins(2, Priority.P1), Later).Pages, page => page.State == DeliveryState.Pending);
    }

    [Fact]
    public void Updates_queue_behind_every_page_and_in_a_lane_of_their_own()
    {
        var update = Page with { Updates = Message, Text = Page.Text with { Priority = Priority.P1 } };
        var page = Page with { Text = Page.Text with { Priority = Priority.P5 } };

        Assert.True(update.Urgency > page.Urgency);
        Assert.NotEqual(page.Lane, update.Lane);
    }

    private static IncidentState Acknowledged(IncidentState incident) =>
        After(incident, Person(new IncidentCommand.Acknowledge("ann", "")), Later);

    private static IncidentCommand.Attempted Arrived(Delivery delivery, string? reference) =>
        new(delivery, AttemptOutcome.Delivered, "taken", null, reference);

    private static (IncidentState State, Delivery Update) Update(IncidentState incident)
    {
        var decision = Incident.Decide(incident, Timer("update"), IncidentId, Small, incident.UpdateAt!.Value);
        return (decision.State!, ((DeliveryChange.Enqueue)Assert.Single(decision.Outbox)).Delivery);
    }

    private static (IncidentState State, Delivery Update) ShownAnew(IncidentState incident)
    {
        var (updating, update) = Update(incident);
        return (After(updating, Arrived(update, Message), update.NotBefore), update);
    }

    private static IncidentCommand.Join Joins(int number, Priority priority) => new(
        "model:churn_model",
        IncidentId,
        FirstMember with { AlertId = DerivedId.Of("alert", "joins", number), Alias = $"joins-{number}", Priority = priority });
}
