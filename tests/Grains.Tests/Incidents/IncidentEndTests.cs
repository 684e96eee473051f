using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>Resolved, quiet, and back again.</summary>
public sealed class IncidentEndTests
{
    private static readonly DateTimeOffset Resolved = ResolvedIncident.ResolvedAt!.Value;
    private static readonly Member Next = Another("next");
    private static readonly Member Flapping = Another("next") with { Flapping = true };
    private static readonly IncidentState Quiet = After(
        PagedIncident, Closed(FirstMember, flapping: true), Start.AddMinutes(1));

    [Fact]
    public void Firing_again_within_the_window_opens_it_again_and_pages_anew()
    {
        var at = Resolved.AddMinutes(15);

        var decision = Incident.Decide(ResolvedIncident, Join(Next), IncidentId, Small, at);

        Assert.Equal(
            ResolvedIncident with
            {
                Status = IncidentStatus.Open,
                ResolvedAt = null,
                ResolvedBy = null,
                MemberCount = 2,
                OpenMembers = 1,
                PageableMembers = 1,
                OpenByPriority = [0, 1, 0, 0, 0],
                PageableByPriority = [0, 1, 0, 0, 0],
                FirstMembers = [FirstMember with { Open = false }, Next],
                Ladder = Expected.Ladder(0, at, of: Next),
                UpdatedAt = at,
            },
            decision.State);
        Assert.Equal(
            [
                new Message(
                    new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.IncidentReopened(IncidentId)),
                ToAlert(new AlertCommand.Confirmed(Next, IncidentId, 0), "next"),
            ],
            decision.Messages);
    }

    [Fact]
    public void Later_it_is_refused_and_the_entity_opens_another() =>
        Assert.Equal(
            Expected.Refused(
                "Resolved too long ago to be opened again",
                new Message(
                    new GrainId(GrainKind.Entity, "model:churn_model"),
                    new EntityCommand.JoinRefused("asked-first", Next))),
            Incident.Decide(
                ResolvedIncident,
                new IncidentCommand.Join("model:churn_model", "asked-first", Next),
                IncidentId,
                Small,
                Resolved.AddMinutes(15).AddMilliseconds(1)));

    [Fact]
    public void Quiet_for_the_window_it_resolves()
    {
        var at = Quiet.QuietUntil!.Value;

        var resolved = After(Quiet, Timer("quiet"), at);

        Assert.Equal((IncidentStatus.Resolved, at, null), (resolved.Status, resolved.ResolvedAt, resolved.QuietUntil));
    }

    [Fact]
    public void Flapping_again_pages_nobody_anew_and_the_ladder_goes_on_where_it_was()
    {
        var again = After(Quiet, Join(Flapping), Start.AddMinutes(2));

        Assert.Equal(
            (null, Expected.Ladder(1, Start.AddMinutes(5)), 1), (again.QuietUntil, again.Ladder, again.PageCount));
    }

    [Fact]
    public void Another_alert_in_the_quiet_spell_pages() =>
        Assert.Equal(Expected.Ladder(0, Start.AddMinutes(10), of: Next), After(Quiet, Join(Next), Start.AddMinutes(10)).Ladder);

    [Fact]
    public void A_persons_close_of_a_flapping_alert_resolves_at_once() =>
        Assert.Equal(
            IncidentStatus.Resolved,
            After(PagedIncident, Closed(FirstMember, ClosedHow.ClosedByPerson, flapping: true), Start.AddMinutes(1)).Status);

    [Fact]
    public void What_expires_in_a_quiet_spell_pages_nobody()
    {
        var quiet = After(
            AcknowledgedIncident with { AcknowledgedUntil = Start.AddMinutes(5) },
            Closed(FirstMember, flapping: true),
            Start.AddMinutes(2));

        var expired = After(quiet, Timer("unacknowledge"), Start.AddMinutes(5));

        Assert.Equal((IncidentStatus.Open, null), (expired.Status, expired.Ladder.NextAt));
        Assert.NotNull(expired.QuietUntil);
    }

    [Fact]
    public void Opened_again_by_a_person_it_tells_all_members_from_the_first_on()
    {
        // Only the first page of members was told to close, and has not said yet that it did.
        var resolved = After(PagedIncident, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(2));
        var reopened = After(
            Tell(resolved, FirstMember).State!, Person(new IncidentCommand.Reopen("ann", "")), Start.AddMinutes(3));

        var told = Tell(reopened, FirstMember, Next with { Open = false });

        Assert.Equal(("", true), (reopened.TellMembersAfter, reopened.TellsOfReopening));
        Assert.Equal(
            [
                ToAlert(new AlertCommand.IncidentReopened(FirstMember.AlertId, IncidentId), FirstMember.Alias),
                ToAlert(new AlertCommand.IncidentReopened(Next.AlertId, IncidentId), "next"),
            ],
            told.Messages);
        Assert.False(Tell(told.State!).State!.TellsOfReopening);
    }

    [Fact]
    public void Members_of_a_resolve_by_a_person_are_told_in_pages_and_closed_ones_are_not()
    {
        var two = After(After(PagedIncident, Join(Next), Start), Closed(FirstMember), Start);
        var resolved = After(two, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(2));

        var told = Tell(resolved, FirstMember with { Open = false }, Next);
        var done = Tell(told.State!);

        Assert.Equal(
            [new GrainTimer("tell", Start.AddMinutes(2), Read: new ItemRange("members", "", 500))], resolved.Timers);
        Assert.Equal(
            [ToAlert(new AlertCommand.IncidentResolved(Next.AlertId, IncidentId, 1, "ann"), "next")], told.Messages);
        Assert.Equal(Next.AlertId.ToString(), told.State!.TellMembersAfter);
        Assert.Empty(told.Items);
        Assert.Empty(done.State!.Timers);
    }

    [Fact]
    public void An_alert_that_joins_after_the_resolve_knows_that_it_did()
    {
        var resolved = After(PagedIncident, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(2));

        var joined = Incident.Decide(resolved, Join(Next), IncidentId, Small, Start.AddMinutes(3));

        Assert.Contains(ToAlert(new AlertCommand.Confirmed(Next, IncidentId, 1), "next"), joined.Messages);
        Assert.Equal(2, joined.State!.OpenMembers);
        Assert.NotNull(joined.State.TellMembersAt);
    }

    [Fact]
    public void Members_that_close_late_do_not_resolve_what_a_person_opened_again()
    {
        var resolved = After(PagedIncident, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(2));
        var reopened = After(resolved, Person(new IncidentCommand.Reopen("ann", "")), Start.AddMinutes(3));

        var late = After(reopened, Closed(FirstMember, ClosedHow.ClosedByPerson), Start.AddMinutes(4));

        Assert.Equal(
            (IncidentStatus.Open, 0, Start.AddMinutes(3)), (late.Status, late.OpenMembers, late.Ladder.NextAt));
    }

    [Fact]
    public void Members_that_close_late_leave_open_what_another_alert_opened_again()
    {
        var resolved = After(PagedIncident, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(2));
        var reopened = After(resolved, Join(Next), Start.AddMinutes(3));

        var late = After(reopened, Closed(FirstMember, ClosedHow.ClosedByPerson), Start.AddMinutes(4));

        Assert.Equal(
            (IncidentStatus.Open, 1, Start.AddMinutes(3)), (late.Status, late.OpenMembers, late.Ladder.NextAt));
    }

    [Fact]
    public void An_alert_that_joins_what_a_person_opened_again_takes_it_along_when_it_closes()
    {
        var reopened = After(ResolvedIncident, Person(new IncidentCommand.Reopen("ann", "")), Start.AddMinutes(3));

        var joined = After(reopened, Join(Next), Start.AddMinutes(4));

        Assert.Equal(IncidentStatus.Resolved, After(joined, Closed(Next), Start.AddMinutes(5)).Status);
    }

    private static Decision<IncidentState> Tell(IncidentState state, params Member[] members)
    {
        var items = members.Select(m => new Item(m.AlertId.ToString(), JsonSerializer.Serialize(m, WireJson.Options)))
            .ToValueList();
        var at = state.TellMembersAt!.Value;
        return Incident.Decide(state, new IncidentCommand.TimerFired("tell", at, items), IncidentId, Small, at);
    }
}
