using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

public sealed class IncidentMembersTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly Member Latency = Another("latency", Priority.P3);
    private static readonly Member Outage = Another("outage", Priority.P1);

    [Fact]
    public void The_first_alert_opens_it_and_is_confirmed()
    {
        var decision = Incident.Decide(
            null, new IncidentCommand.Open("model:churn_model", FirstMember), IncidentId, Small, Start);

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Opened",
                State = new IncidentState
                {
                    Id = IncidentId,
                    GroupKey = "model:churn_model",
                    Title = "ModelAccuracyDrop - churn_model",
                    Priority = Priority.P2,
                    Team = "ml-platform",
                    OpenedAt = Start,
                    UpdatedAt = Start,
                    MemberCount = 1,
                    OpenMembers = 1,
                    PageableMembers = 1,
                    OpenByPriority = [0, 1, 0, 0, 0],
                    PageableByPriority = [0, 1, 0, 0, 0],
                    FirstMembers = [FirstMember],
                    Ladder = Expected.Ladder(0, Start),
                },
                Messages = [ToAlert(new AlertCommand.Confirmed(FirstMember, IncidentId, 0))],
                Timeline = [Expected.Line("opened", "Opened by alert 'ModelAccuracyDrop - churn_model'")],
                Items = [Row(FirstMember)],
            },
            decision);
    }

    [Fact]
    public void Another_alert_of_the_entity_joins_and_pages_nobody_anew()
    {
        var decision = Decide(PagedIncident, Join(Latency));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Joined",
                State = PagedIncident with
                {
                    MemberCount = 2,
                    OpenMembers = 2,
                    PageableMembers = 2,
                    OpenByPriority = [0, 1, 1, 0, 0],
                    PageableByPriority = [0, 1, 1, 0, 0],
                    FirstMembers = [FirstMember, Latency],
                    UpdatedAt = Later,
                },
                Messages = [ToAlert(new AlertCommand.Confirmed(Latency, IncidentId, 0), "latency")],
                Timeline = [Expected.Line("joined", "Alert 'latency' joined: same entity model:churn_model")],
                Items = [Row(Latency)],
            },
            decision);
    }

    [Fact]
    public void The_same_alert_again_is_no_second_member() =>
        Assert.Equal(
            Expected.Unchanged("Already a member"),
            Decide(PagedIncident, new IncidentCommand.Open("", FirstMember)));

    [Fact]
    public void Only_the_first_few_are_in_the_document_and_all_are_rows()
    {
        var state = PagedIncident;
        var rows = 1;
        for (var n = 0; n < 20; n++)
        {
            var decision = Decide(state, Join(Another("more-" + n)));
            (state, rows) = (decision.State!, rows + decision.Items.Count);
        }

        Assert.Equal((21, 21, 10, 21), (state.MemberCount, state.OpenMembers, state.FirstMembers.Count, rows));
    }

    [Fact]
    public void A_more_urgent_member_takes_an_acknowledged_incident_out_of_hand_and_pages()
    {
        var state = Decide(AcknowledgedIncident, Join(Outage)).State!;

        Assert.Equal(
            (IncidentStatus.Open, Priority.P1, Expected.Ladder(0, Later, of: Outage), null),
            (state.Status, state.Priority, state.Ladder, state.AcknowledgedUntil));
    }

    [Fact]
    public void A_member_as_urgent_as_what_was_acknowledged_leaves_it_in_hand() =>
        Assert.Equal(
            IncidentStatus.Acknowledged,
            Decide(AcknowledgedIncident, Join(Another("other", Priority.P2))).State!.Status);

    [Fact]
    public void A_more_urgent_member_ends_a_snooze() =>
        Assert.Equal(
            (IncidentStatus.Open, Expected.Ladder(0, Later, of: Outage), null),
            Decide(SnoozedIncident, Join(Outage)).State is { } s ? (s.Status, s.Ladder, s.SnoozedUntil) : default);

    [Fact]
    public void A_more_urgent_member_that_is_silenced_wakes_nobody_until_it_is_not()
    {
        var silenced = Outage with { SuppressedBy = ["s"] };

        var joined = Decide(AcknowledgedIncident, Join(silenced)).State!;
        var woken = Decide(joined, new IncidentCommand.MemberChanged(silenced, Outage)).State!;

        Assert.Equal((IncidentStatus.Acknowledged, Priority.P1), (joined.Status, joined.Priority));
        Assert.Equal(
            (IncidentStatus.Open, Expected.Ladder(0, Later, of: Outage)), (woken.Status, woken.Ladder));
    }

    [Fact]
    public void A_priority_raised_by_a_person_counts_as_one_that_joined()
    {
        var decision = Decide(
            AcknowledgedIncident,
            new IncidentCommand.MemberChanged(FirstMember, FirstMember with { Priority = Priority.P1 }));

        Assert.Equal((IncidentStatus.Open, Priority.P1), (decision.State!.Status, decision.State.Priority));
        Assert.Equal([1, 0, 0, 0, 0], decision.State.OpenByPriority);
    }

    [Fact]
    public void A_priority_lowered_by_a_person_lowers_the_incidents_to_what_is_open()
    {
        var two = Decide(PagedIncident, Join(Latency)).State!;

        var lowered = Decide(two, new IncidentCommand.MemberChanged(FirstMember, FirstMember with { Priority = Priority.P5 })).State!;

        Assert.Equal(Priority.P3, lowered.Priority);
    }

    [Fact]
    public void A_change_that_is_not_of_priority_keeps_it()
    {
        var two = Decide(PagedIncident, Join(Outage)).State!;

        var changed = Decide(two, new IncidentCommand.MemberChanged(FirstMember, FirstMember with { SuppressedBy = ["s"] })).State!;

        Assert.Equal(Priority.P1, changed.Priority);
    }

    [Fact]
    public void A_member_that_closes_leaves_the_others_open()
    {
        var two = Decide(PagedIncident, Join(Latency)).State!;

        var decision = Decide(two, Closed(FirstMember));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "A member closed",
                State = two with
                {
                    Priority = Priority.P3,
                    OpenMembers = 1,
                    PageableMembers = 1,
                    OpenByPriority = [0, 0, 1, 0, 0],
                    PageableByPriority = [0, 0, 1, 0, 0],
                    FirstMembers = [FirstMember with { Open = false }, Latency],
                },
                Timeline = [Expected.Line("member closed", "Alert 'ModelAccuracyDrop - churn_model': resolved by source")],
                Items = [Row(FirstMember with { Open = false })],
            },
            decision);
    }

    [Fact]
    public void The_last_one_to_close_resolves_it()
    {
        var decision = Decide(AcknowledgedIncident, Closed(FirstMember, ClosedHow.Expired));

        Assert.Equal(
            AcknowledgedIncident with
            {
                Status = IncidentStatus.Resolved,
                ResolvedAt = Later,
                ResolvedBy = "",
                Stopped = new Stopped(Later, 1),
                AcknowledgedUntil = null,
                OpenMembers = 0,
                PageableMembers = 0,
                OpenByPriority = [0, 0, 0, 0, 0],
                PageableByPriority = [0, 0, 0, 0, 0],
                FirstMembers = [FirstMember with { Open = false }],
                UpdatedAt = Later,
            },
            decision.State);
        Assert.Equal(
            [new Message(new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.IncidentResolved(IncidentId))],
            decision.Messages);
        Assert.Equal(Expected.Line("resolved", "Resolved: expired"), decision.Timeline[^1]);
    }

    [Fact]
    public void One_that_is_held_by_another_incident_is_forgotten()
    {
        var two = Decide(PagedIncident, Join(Latency)).State!;

        var decision = Decide(two, new IncidentCommand.MemberLeft(Latency));

        Assert.Equal(PagedIncident with { UpdatedAt = Later }, decision.State);
        Assert.Equal([new ItemChange("members", Latency.AlertId.ToString(), null)], decision.Items);
    }

    [Fact]
    public void When_all_are_held_by_another_incident_it_resolves() =>
        Assert.Equal(
            IncidentStatus.Resolved, Decide(PagedIncident, new IncidentCommand.MemberLeft(FirstMember)).State!.Status);

    [Fact]
    public void Nothing_is_told_to_an_incident_that_never_was()
    {
        Assert.Equal(
            Expected.Refused(
                "There is no incident incident-1",
                new Message(
                    new GrainId(GrainKind.Entity, "model:churn_model"),
                    new EntityCommand.JoinRefused(IncidentId, Latency))),
            Incident.Decide(null, Join(Latency), IncidentId, Small, Start));
        Assert.Equal(
            Expected.Refused("There is no incident incident-1"),
            Incident.Decide(null, Person(new IncidentCommand.Acknowledge("ann", "")), IncidentId, Small, Start));
    }

    [Fact]
    public void A_member_whose_texts_are_others_gives_the_incident_its_name_and_pages_nobody()
    {
        var told = FirstMember with { Title = "40 nodes down", Description = "all of zone a" };

        var decision = Decide(PagedIncident, new IncidentCommand.MemberChanged(FirstMember, told));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "A member's texts changed",
                State = PagedIncident with { Title = "40 nodes down", FirstMembers = [told], UpdatedAt = Later },
                Timeline = [Expected.Line("member changed", "Alert 'ModelAccuracyDrop - churn_model' is now '40 nodes down'")],
                Items = [Row(told)],
            },
            decision);

        var next = Incident.Decide(decision.State!, Timer("step"), IncidentId, Small, decision.State!.Ladder.NextAt!.Value);
        var page = Assert.Single(next.Outbox.OfType<DeliveryChange.Enqueue>()).Delivery.Text;
        Assert.Equal(("40 nodes down", "all of zone a"), (page.Title, page.Body));

        var joined = Decide(PagedIncident, Join(Latency)).State!;
        var other = Decide(joined, new IncidentCommand.MemberChanged(Latency, Latency with { Title = "slower" })).State!;
        Assert.Equal(PagedIncident.Title, other.Title);
        Assert.Equal("slower", other.FirstMembers[1].Title);
    }

    [Fact]
    public void Of_two_members_with_one_title_the_incident_is_called_after_the_first()
    {
        var twin = Latency with { Title = FirstMember.Title };
        var two = Decide(PagedIncident, Join(twin)).State!;

        var second = Decide(two, new IncidentCommand.MemberChanged(twin, twin with { Title = "other" })).State!;
        var first = Decide(two, new IncidentCommand.MemberChanged(FirstMember, FirstMember with { Title = "other" })).State!;

        Assert.Equal((FirstMember.Title, "other"), (second.Title, first.Title));
    }

    [Fact]
    public void A_title_that_changed_with_the_priority_or_a_silence_gives_the_incident_its_name_too()
    {
        var risen = FirstMember with { Title = "40 nodes down", Priority = Priority.P1 };
        var silenced = FirstMember with { Title = "40 nodes down", SuppressedBy = ["s"] };

        var decision = Decide(PagedIncident, new IncidentCommand.MemberChanged(FirstMember, risen));

        Assert.Equal("40 nodes down", decision.State!.Title);
        Assert.Contains(decision.Timeline, line => line.Text == $"Alert '{FirstMember.Title}' is now '40 nodes down'");
        Assert.Equal("40 nodes down", Decide(PagedIncident, new IncidentCommand.MemberChanged(FirstMember, silenced)).State!.Title);
        var twin = Latency with { Title = FirstMember.Title };
        var two = Decide(PagedIncident, Join(twin)).State!;
        Assert.Equal(
            FirstMember.Title,
            Decide(two, new IncidentCommand.MemberChanged(twin, twin with { Title = "other", Priority = Priority.P1 })).State!.Title);
    }

    private static ItemChange Row(Member member) =>
        new("members", member.AlertId.ToString(), JsonSerializer.Serialize(member, WireJson.Lean));

    private static Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
        Incident.Decide(state, command, IncidentId, Small, Later);
}
