using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

public sealed class IncidentPeopleTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly IncidentState Paging = After(NewIncident, Timer("step"), Start);

    [Fact]
    public void An_acknowledgement_cancels_what_has_not_started_has_an_owner_and_an_end()
    {
        var decision = Decide(Paging, new IncidentCommand.Acknowledge("ann", "on it"));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Acknowledged",
                State = Paging with
                {
                    Status = IncidentStatus.Acknowledged,
                    AcknowledgedAt = Later,
                    AcknowledgedBy = "ann",
                    AcknowledgedAtPriority = Priority.P2,
                    AcknowledgedUntil = Later.AddHours(8),
                    Stopped = new Stopped(Later, 1),
                    Owner = "ann",
                    Ladder = Expected.Ladder(1, null),
                    Pages = [Paging.Pages[0] with { State = DeliveryState.Cancelled, Detail = "acknowledged" }],
                    NoteCount = 1,
                    UpdatedAt = Later,
                },
                Timeline = [Expected.Line("acknowledged", "Acknowledged by ann", "ann"), Expected.Line("note", "on it", "ann")],
                Outbox = [new DeliveryChange.Finish(Paging.Pages[0].Id, DeliveryState.Cancelled)],
                Items = [new ItemChange("notes", "00000001", NoteText.Write("on it", "ann", Later))],
            },
            decision);
    }

    [Fact]
    public void The_owner_stays_who_it_was_and_a_tool_without_a_name_owns_nothing()
    {
        Assert.Equal(
            "bob", Decide(Paging with { Owner = "bob" }, new IncidentCommand.Acknowledge("ann", "")).State!.Owner);
        Assert.Null(Decide(Paging, new IncidentCommand.Acknowledge("", "")).State!.Owner);
    }

    [Fact]
    public void A_second_acknowledgement_renews_the_first_and_keeps_its_note()
    {
        var decision = Decide(AcknowledgedIncident, new IncidentCommand.Acknowledge("bob", "still on it"));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Alert is already acknowledged",
                State = AcknowledgedIncident with { AcknowledgedUntil = Later.AddHours(8), NoteCount = 1, UpdatedAt = Later },
                Timeline =
                [
                    Expected.Line("acknowledged", "Acknowledgement renewed by bob", "bob"),
                    Expected.Line("note", "still on it", "bob"),
                ],
                Items = [new ItemChange("notes", "00000001", NoteText.Write("still on it", "bob", Later))],
            },
            decision);
    }

    [Fact]
    public void A_second_acknowledgement_that_renews_nothing_is_a_repeat_in_Opsgenies_words()
    {
        var repeat = Expected.Unchanged("Alert is already acknowledged");

        Assert.Equal(repeat, Decide(AcknowledgedIncident, new IncidentCommand.Acknowledge("", "")));
        Assert.Equal(
            repeat,
            Decide(
                AcknowledgedIncident with { AcknowledgedUntil = Later.AddHours(8) },
                new IncidentCommand.Acknowledge("ann", "")));
    }

    [Fact]
    public void A_tool_that_names_nobody_leaves_its_note_and_renews_nothing()
    {
        var noted = Decide(AcknowledgedIncident, new IncidentCommand.Acknowledge("", "seen by the bot")).State!;

        Assert.Equal((1, AcknowledgedIncident.AcknowledgedUntil), (noted.NoteCount, noted.AcknowledgedUntil));
    }

    /// <summary>It is who acknowledges when nobody is named, and is no more of a person for that.</summary>
    [Theory]
    [InlineData("Pusher", false)]
    [InlineData(ApiKey.Administrator, false)]
    [InlineData("shared", true)]
    public void A_key_that_acknowledges_again_renews_nothing_unless_it_has_a_persons_name(string who, bool renews)
    {
        var policy = Small with
        {
            Keys = [new("pusher", "", ApiKeyType.Integration, null, KeyRights.All), new("shared", "", ApiKeyType.Integration, null, KeyRights.All)],
            Users = [.. Small.Users, new User("Shared", "", "UTC", [])],
        };

        var again = Incident.Decide(
            AcknowledgedIncident, Person(new IncidentCommand.Acknowledge(who, "")), IncidentId, policy, Later);

        Assert.Equal(renews, again.State is not null);
    }

    [Fact]
    public void Acknowledged_again_what_is_open_now_is_in_hand()
    {
        var two = After(PagedIncident, Join(Another("outage", Priority.P1)), Start);
        var one = After(
            After(two, Person(new IncidentCommand.Acknowledge("ann", "")), Start),
            Closed(Another("outage", Priority.P1)),
            Start);

        var renewed = Decide(one, new IncidentCommand.Acknowledge("ann", "")).State!;

        Assert.Equal((Priority.P1, Priority.P2), (one.AcknowledgedAtPriority, renewed.AcknowledgedAtPriority));
    }

    [Fact]
    public void Taken_back_it_has_no_owner_and_the_ladder_starts_again()
    {
        var state = Decide(AcknowledgedIncident, new IncidentCommand.Unacknowledge("ann", "")).State!;

        Assert.Equal(
            AcknowledgedIncident with
            {
                Status = IncidentStatus.Open,
                AcknowledgedAt = null,
                AcknowledgedBy = null,
                AcknowledgedAtPriority = null,
                AcknowledgedUntil = null,
                Owner = null,
                Ladder = Expected.Ladder(0, Later),
                UpdatedAt = Later,
            },
            state);
    }

    [Fact]
    public void An_acknowledgement_that_expires_starts_the_ladder_again()
    {
        var at = AcknowledgedIncident.AcknowledgedUntil!.Value;

        var state = After(AcknowledgedIncident, Timer("unacknowledge"), at);

        Assert.Equal((IncidentStatus.Open, Expected.Ladder(0, at), "ann"), (state.Status, state.Ladder, state.Owner));
        Assert.Null(state.AcknowledgedUntil);
    }

    [Fact]
    public void A_snooze_is_quiet_until_its_end_and_then_the_ladder_starts_again()
    {
        var end = Start.AddHours(1);

        var woken = After(SnoozedIncident, Timer("snooze"), end);

        Assert.Equal((IncidentStatus.Snoozed, end), (SnoozedIncident.Status, SnoozedIncident.SnoozedUntil));
        Assert.Equal([new GrainTimer("snooze", end)], SnoozedIncident.Timers);
        Assert.Equal((IncidentStatus.Open, Expected.Ladder(0, end)), (woken.Status, woken.Ladder));
    }

    [Fact]
    public void A_snooze_into_the_past_is_refused_with_both_times() =>
        Assert.Equal(
            Expected.Refused("Snooze must end in the future; it is 2026-01-05T10:02:00.0000000+00:00, and the end would be 2026-01-05T10:00:00.0000000+00:00"),
            Decide(Paging, new IncidentCommand.Snooze(Start, "ann", "")));

    [Fact]
    public void Assigning_names_the_owner_and_pages_them_outside_the_ladder()
    {
        var decision = Decide(
            PagedIncident, new IncidentCommand.Assign(Policies.Secondary.ToUpperInvariant(), "ann", ""));

        var page = Expected.Page(2, Later, 0, Policies.Secondary, "assigned by ann") with { Call = PageCall.Person };
        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Assigned",
                State = PagedIncident with
                {
                    Owner = Policies.Secondary,
                    Pages = PagedIncident.Pages.Add(page),
                    PageCount = 2,
                    DecisionCount = 2,
                    UpdatedAt = Later,
                },
                Items = [Expected.Decided(2, page, "user:" + Policies.Secondary)],
                Timeline =
                [
                    Expected.Line("assigned", $"Assigned to {Policies.Secondary} by ann", "ann"),
                    Expected.Line("page", $"Paging {Policies.Secondary}: assigned by ann (policy version 1)"),
                ],
                Outbox = [new DeliveryChange.Enqueue(Expected.Delivery(PagedIncident, page) with { RingsInQuietHours = true })],
            },
            decision);
    }

    [Fact]
    public void Who_assigns_it_to_themselves_is_not_paged_and_an_unknown_owner_is_refused()
    {
        Assert.Empty(Decide(PagedIncident, new IncidentCommand.Assign(Policies.Primary, Policies.Primary, "")).Outbox);
        Assert.Equal(
            Expected.Refused("There is no user 'nobody'"),
            Decide(PagedIncident, new IncidentCommand.Assign("nobody", "ann", "")));
    }

    [Theory]
    [InlineData(IncidentStatus.Open)]
    [InlineData(IncidentStatus.Acknowledged)]
    [InlineData(IncidentStatus.Snoozed)]
    public void Escalating_climbs_the_next_step_at_once_whoever_has_it_in_hand(IncidentStatus status)
    {
        var state = status switch
        {
            IncidentStatus.Acknowledged => AcknowledgedIncident,
            IncidentStatus.Snoozed => SnoozedIncident,
            _ => PagedIncident,
        };

        var escalated = Decide(state, new IncidentCommand.Escalate(null, "ann", "")).State!;

        Assert.Equal((IncidentStatus.Open, Expected.Ladder(1, Later) with { GoesOn = true }), (escalated.Status, escalated.Ladder));
        Assert.Equal((null, null), (escalated.AcknowledgedUntil, escalated.SnoozedUntil));
    }

    [Fact]
    public void Escalating_to_another_ladder_starts_at_its_bottom()
    {
        var policy = Small with { Version = 2, Escalations = Small.Escalations.Add(Small.Escalations[0] with { Name = "other" }) };

        var state = After(PagedIncident, Person(new IncidentCommand.Escalate("other", "ann", "")), Later, policy);

        Assert.Equal(Expected.Ladder(0, Later) with { Policy = "other", Version = 2, IsNamed = true, ChosenBy = null, GoesOn = true }, state.Ladder);
        Assert.Equal(
            Expected.Refused("There is no escalation 'third'"),
            Decide(PagedIncident, new IncidentCommand.Escalate("third", "ann", "")));
    }

    [Fact]
    public void What_pages_nobody_now_refuses_to_escalate_and_says_why()
    {
        var silenced = OpenedBy(FirstMember with { SuppressedBy = ["s1"] });
        var quiet = After(PagedIncident, Closed(FirstMember, flapping: true), Start);
        var escalate = new IncidentCommand.Escalate(null, "ann", "");

        Assert.Equal(
            Expected.Refused("Silenced by s1: end the silence, or assign it to whom to page"),
            Decide(silenced, escalate));
        Assert.Equal(Expected.Refused("No alert of it fires now: assign it to whom to page"), Decide(quiet, escalate));
        Assert.Single(Decide(silenced, new IncidentCommand.Assign(Policies.Secondary, "ann", "")).Outbox);
    }

    [Fact]
    public void A_persons_resolve_ends_the_ladder_and_begins_to_tell_the_members()
    {
        var decision = Decide(Paging, new IncidentCommand.Resolve("ann", ""));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Resolved",
                State = Paging with
                {
                    Status = IncidentStatus.Resolved,
                    ResolvedAt = Later,
                    ResolvedBy = "ann",
                    ResolvedByHand = true,
                    Stopped = new Stopped(Later, 1),
                    Resolves = 1,
                    LastResolvedBy = "ann",
                    Ladder = Expected.Ladder(1, null),
                    Pages = [Paging.Pages[0] with { State = DeliveryState.Cancelled, Detail = "resolved" }],
                    FirstMembers = [FirstMember with { Open = false }],
                    TellMembersAt = Later,
                    TellMembersAfter = "",
                    UpdatedAt = Later,
                },
                Messages = [new Message(new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.IncidentResolved(IncidentId))],
                Timeline = [Expected.Line("resolved", "Resolved by ann", "ann")],
                Outbox = [new DeliveryChange.Finish(Paging.Pages[0].Id, DeliveryState.Cancelled)],
            },
            decision);
    }

    [Fact]
    public void What_is_resolved_refuses_and_still_takes_notes()
    {
        Assert.Equal(
            Expected.Unchanged("Incident is already resolved"),
            Decide(ResolvedIncident, new IncidentCommand.Resolve("ann", "")));
        Assert.Equal(
            Expected.Refused("Incident is already resolved"),
            Decide(ResolvedIncident, new IncidentCommand.Acknowledge("ann", "")));
        Assert.Equal(
            Expected.Refused("Incident is already resolved"),
            Decide(ResolvedIncident, new IncidentCommand.Snooze(Later.AddDays(1), "ann", "")));
        Assert.Equal("Added note", Decide(ResolvedIncident, new IncidentCommand.AddNote("ann", "post mortem")).Reason);
    }

    [Fact]
    public void Re_opened_by_a_person_it_climbs_again_and_stays_open_without_an_open_alert()
    {
        var decision = Decide(ResolvedIncident, new IncidentCommand.Reopen("ann", ""));

        Assert.Equal(
            ResolvedIncident with
            {
                Status = IncidentStatus.Open,
                ResolvedAt = null,
                ResolvedBy = null,
                KeptOpen = true,
                TellMembersAt = Later,
                TellMembersAfter = "",
                TellsOfReopening = true,
                Ladder = Expected.Ladder(0, Later),
                UpdatedAt = Later,
            },
            decision.State);
        Assert.Equal([new Message(new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.IncidentReopened(IncidentId))], decision.Messages);
        Assert.Equal(
            Expected.Unchanged("Incident is open"), Decide(PagedIncident, new IncidentCommand.Reopen("ann", "")));
    }

    private static Decision<IncidentState> Decide(IncidentState state, IncidentCommand.ByPerson action) =>
        Incident.Decide(state, Person(action), IncidentId, Small, Later);
}
