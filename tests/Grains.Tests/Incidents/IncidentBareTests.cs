using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// Of a signal whose deciding threw: no alert answers for the member, so people close it and it says nothing itself.
/// </summary>
public sealed class IncidentBareTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly Member Bare = Another("poisoned", Priority.P1) with { Bare = true, StartsAt = Start };
    private static readonly IncidentCommand Resolve = Person(new IncidentCommand.Resolve("ann", ""));

    [Fact]
    public void Sent_again_it_is_no_second_member() =>
        Assert.Equal(
            Expected.Unchanged("Already a member"), Decide(OpenedBy(Bare), new IncidentCommand.Open("", Bare)));

    [Fact]
    public void A_persons_resolve_holds_while_the_source_re_sends_the_same_start()
    {
        var resolved = State(OpenedBy(Bare), Resolve);

        Assert.Equal(
            (IncidentStatus.Resolved, 0, null), (resolved.Status, resolved.OpenMembers, resolved.TellMembersAt));
        foreach (var at in new[] { Later.AddMinutes(1), Later.AddDays(3) })
        {
            Assert.Equal(
                Expected.Unchanged("Closed with its incident; the source still fires the same problem"),
                Incident.Decide(resolved, new IncidentCommand.Open("", Bare), IncidentId, Small, at));
        }
    }

    [Fact]
    public void A_later_start_opens_its_incident_again_whenever_it_comes_and_it_is_one_member()
    {
        var resolved = State(OpenedBy(Bare), Resolve);

        var again = After(
            resolved, new IncidentCommand.Open("", Bare with { StartsAt = Start.AddDays(1) }), Start.AddDays(1));

        Assert.Equal(
            (IncidentStatus.Open, 1, 1, Expected.Ladder(0, Start.AddDays(1), of: Bare)),
            (again.Status, again.OpenMembers, again.MemberCount, again.Ladder));
    }

    [Fact]
    public void Taken_over_it_is_closed_by_a_persons_resolve_however_many_members_came_first()
    {
        var survivor = Adopted(Crowd(), []);

        var resolved = State(survivor, Resolve);
        var alone = Enumerable.Range(0, 11)
            .Aggregate(resolved, (state, n) => State(state, Closed(Nth(n), ClosedHow.ClosedByPerson)));

        Assert.Equal(12, survivor.OpenMembers);
        Assert.Equal((0, 0), (alone.OpenMembers, alone.PageableMembers));
        Assert.Equal(
            IncidentStatus.Resolved, State(State(alone, Join(Another("next"))), Closed(Another("next"))).Status);
    }

    [Fact]
    public void Taken_over_and_sent_again_it_is_still_one_member()
    {
        var survivor = Adopted(Crowd(), []);

        Assert.Equal(
            Expected.Unchanged("Already a member"), Decide(survivor, new IncidentCommand.Join("", IncidentId, Bare)));
    }

    [Theory]
    [InlineData(Priority.P1, IncidentStatus.Open)]
    [InlineData(Priority.P2, IncidentStatus.Acknowledged)]
    public void More_urgent_than_what_is_in_hand_it_takes_the_survivor_out_of_it(
        Priority priority, IncidentStatus expected)
    {
        var survivor = Adopted(AcknowledgedIncident, [], Bare with { Priority = priority });

        Assert.Equal((expected, 2), (survivor.Status, survivor.OpenMembers));
        Assert.Equal(expected == IncidentStatus.Open ? Later : null, survivor.Ladder.NextAt);
    }

    [Fact]
    public void A_survivor_that_a_person_resolved_while_it_was_on_its_way_closes_it()
    {
        var survivor = Adopted(PagedIncident, [Resolve]);

        var closed = State(survivor, Closed(FirstMember, ClosedHow.ClosedByPerson));

        Assert.Equal((IncidentStatus.Resolved, 0), (closed.Status, closed.OpenMembers));
        Assert.False(closed.FirstMembers.Single(m => m.AlertId == Bare.AlertId).Open);
    }

    [Theory]
    [InlineData(4, 4, 9)]
    [InlineData(3, 4, -1)]
    public void A_survivor_that_was_merged_itself_passes_it_on_with_what_people_resolved_since(
        int accepted, int resolves, int passed)
    {
        var merged = PagedIncident with { Status = IncidentStatus.Merged, MergedInto = "oldest", MergedResolves = 9, Resolves = resolves };

        Assert.Equal(
            [ToIncident(new IncidentCommand.AdoptSilent("younger", [Bare], passed), "oldest")],
            Decide(merged, new IncidentCommand.AdoptSilent("younger", [Bare], accepted)).Messages);
    }

    /// <summary>Eleven members: one more than the document holds.</summary>
    private static IncidentState Crowd() =>
        Enumerable.Range(1, 10).Aggregate(PagedIncident, (state, n) => State(state, Join(Nth(n))));

    private static Member Nth(int n) => n == 0 ? FirstMember : Another("member-" + n);

    /// <summary>
    /// The incident of the poisoned signal is merged into this one, and some things happen before its rows come.
    /// </summary>
    private static IncidentState Adopted(IncidentState survivor, IncidentCommand[] meanwhile, Member? bare = null)
    {
        var loser = OpenedBy(bare ?? Bare) with { Id = "younger", OpenedAt = Start.AddSeconds(1) };
        var asked = Incident.Decide(
            loser, Person(new IncidentCommand.Merge(IncidentId, "ann", "")), "younger", Small, Later);
        var accepted = Decide(survivor, (IncidentCommand)Assert.Single(asked.Messages).Command);
        var left = Incident.Decide(
            asked.State!, (IncidentCommand)Assert.Single(accepted.Messages).Command, "younger", Small, Later);
        var items = loser.FirstMembers.Select(m => new Item(m.AlertId.ToString(), JsonSerializer.Serialize(m, WireJson.Options))).ToValueList();
        var handed = Incident.Decide(
            left.State!, new IncidentCommand.TimerFired("tell", Later, items), "younger", Small, Later);
        var state = State(accepted.State!, (IncidentCommand)left.Messages[0].Command);
        state = meanwhile.Aggregate(state, State);
        return State(state, (IncidentCommand)handed.Messages[0].Command);
    }

    private static IncidentState State(IncidentState state, IncidentCommand command) => After(state, command, Later);

    private static Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
        Incident.Decide(state, command, IncidentId, Small, Later);
}
