using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Entities;

public sealed class EntityTests
{
    private const string Key = "model:churn_model";

    private static readonly string First = DerivedId.Of("incident", Key, 1).ToString();
    private static readonly string Second = DerivedId.Of("incident", Key, 2).ToString();
    private static readonly EntityState Ill = new() { Key = Key, IncidentId = First, Opened = 1 };
    private static readonly EntityState Well = Ill with { ResolvedAt = Start };

    [Fact]
    public void The_first_alert_opens_an_incident() =>
        Assert.Equal(
            Change("Opens incident " + First, Ill, ToIncident(new IncidentCommand.Open(Key, FirstMember), First)),
            Decide(null, new EntityCommand.Started(FirstMember), Start));

    [Fact]
    public void The_next_alert_joins_it_while_it_is_open() =>
        Assert.Equal(
            Change(
                "Joins incident " + First, Ill, ToIncident(new IncidentCommand.Join(Key, First, FirstMember), First)),
            Decide(Ill, new EntityCommand.Started(FirstMember), Start.AddDays(1)));

    [Fact]
    public void Within_the_window_after_the_resolve_it_joins_and_later_it_opens_anew()
    {
        Assert.Equal(
            Change(
                "Joins incident " + First, Well, ToIncident(new IncidentCommand.Join(Key, First, FirstMember), First)),
            Decide(Well, new EntityCommand.Started(FirstMember), Start.AddMinutes(15)));
        Assert.Equal(
            Change(
                "Opens incident " + Second,
                new EntityState { Key = Key, IncidentId = Second, Opened = 2 },
                ToIncident(new IncidentCommand.Open(Key, FirstMember), Second)),
            Decide(Well, new EntityCommand.Started(FirstMember), Start.AddMinutes(15).AddMilliseconds(1)));
    }

    [Fact]
    public void What_is_only_watched_and_has_no_cause_is_alone_and_leaves_the_open_incident_to_others()
    {
        var policy = Small with { Kinds = [Small.Kinds[0] with { Watch = TimeSpan.FromDays(1) }] };
        var member = FirstMember with { Kind = Small.Kinds[0].Name, Link = new Link(Start, KindNature.Fault, null, []) };

        var alone = Entity.Decide(Ill, new EntityCommand.Started(member), Key, policy, Start);
        var again = Entity.Decide(Ill, new EntityCommand.Started(member, Prefers: "before"), Key, policy, Start);

        Assert.Equal(Ill with { Opened = 2 }, alone.State);
        Assert.Equal([ToIncident(new IncidentCommand.Open(Key, member), Second)], alone.Messages);
        Assert.Equal([ToIncident(new IncidentCommand.Join(Key, "before", member), "before")], again.Messages);
    }

    [Fact]
    public void What_is_only_watched_stays_alone_when_the_incident_where_it_was_before_takes_it_no_more()
    {
        var policy = Small with { Kinds = [Small.Kinds[0] with { Watch = TimeSpan.FromDays(1) }] };
        var member = FirstMember with { Kind = Small.Kinds[0].Name, Link = new Link(Start, KindNature.Fault, null, []) };

        var refused = Entity.Decide(Ill, new EntityCommand.JoinRefused(First, member), Key, policy, Start);

        Assert.Equal(First, refused.State!.IncidentId);
        Assert.Equal([ToIncident(new IncidentCommand.Open(Key, member), Second)], refused.Messages);
    }

    [Fact]
    public void Of_what_is_over_the_first_and_the_latest_signals_are_kept_in_any_order_of_arrival()
    {
        var changes = Enumerable.Range(1, 9)
            .Select(i => new EntityCommand.Changed(Small.Kinds[0].Name, "v" + i, "Version " + i, Start.AddHours(i)))
            .ToList();
        var later = Start.AddHours(10);

        var inOrder = changes.Aggregate(
            Ill, (state, change) => Entity.Decide(state, change, Key, Causal, later).State!);
        var backwards = Enumerable.Reverse(changes)
            .Aggregate(Ill, (state, change) => Entity.Decide(state, change, Key, Causal, later).State!);

        Assert.Equal(
            ["Version 9", "Version 8", "Version 7", "Version 6", "Version 1"], inOrder.Signals.Select(s => s.Title));
        Assert.Equal(inOrder.Signals, backwards.Signals);
    }

    /// <summary>By the source's clock: an end that came late says so to who was offered it meanwhile.</summary>
    [Fact]
    public void A_watched_signal_is_over_when_it_was_and_not_when_we_heard_of_it()
    {
        var policy = Small with { Kinds = [Small.Kinds[0] with { Watch = TimeSpan.FromDays(1) }] };
        var signal = new EntitySignal(
            DerivedId.Of("test", "s", 1), "s", Small.Kinds[0].Name, "s", Start, KindNature.Fault);
        var state = Ill with { Signals = [signal], Registered = 2 };

        var prompt = Entity.Decide(state, new EntityCommand.Ended(signal.Id, TimeSpan.FromMinutes(5)), Key, policy, Start.AddMinutes(5)).State!;
        var late = Entity.Decide(state, new EntityCommand.Ended(signal.Id, TimeSpan.FromMinutes(5)), Key, policy, Start.AddMinutes(12)).State!;
        var again = Entity.Decide(
            late, new EntityCommand.Ended(signal.Id, TimeSpan.FromMinutes(5)), Key, policy, Start.AddMinutes(13));

        Assert.Equal((Start.AddMinutes(5), null), (prompt.Signals[0].EndedAt, prompt.TellAt));
        Assert.Equal(
            (Start.AddMinutes(5), Start.AddMinutes(12), true), (late.Signals[0].EndedAt, late.TellAt, late.Withdraws));
        Assert.Equal(Outcome.Repeat, again.Outcome);
    }

    [Fact]
    public void Refused_by_its_current_incident_it_opens_another_and_a_second_refusal_joins_that()
    {
        var opened = Decide(Ill, new EntityCommand.JoinRefused(First, FirstMember), Start);
        var other = Another("latency");

        var second = Decide(opened.State, new EntityCommand.JoinRefused(First, other), Start);

        Assert.Equal([ToIncident(new IncidentCommand.Open(Key, FirstMember), Second)], opened.Messages);
        Assert.Equal([ToIncident(new IncidentCommand.Join(Key, Second, other), Second)], second.Messages);
    }

    [Fact]
    public void It_follows_its_incident_through_resolve_reopen_and_merge()
    {
        Assert.Equal(
            Change("Its incident is resolved", Well), Decide(Ill, new EntityCommand.IncidentResolved(First), Start));
        Assert.Equal(
            Change("Its incident is open again", Ill), Decide(Well, new EntityCommand.IncidentReopened(First), Start));
        Assert.Equal(
            Change("Its incident is now older", Ill with { IncidentId = "older" }),
            Decide(Well, new EntityCommand.IncidentMerged(First, "older"), Start));
    }

    [Fact]
    public void What_an_earlier_incident_says_changes_nothing()
    {
        EntityCommand[] late =
        [
            new EntityCommand.IncidentResolved("earlier"), new EntityCommand.IncidentReopened("earlier"),
            new EntityCommand.IncidentMerged("earlier", "older"),
        ];
        Assert.All(late, command => Assert.Equal(
            new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "Not its current incident" }, Decide(Ill, command, Start)));
    }

    private static readonly PolicyVersion Causal = Small with
    {
        Settings = Small.Settings with { Correlation = new CorrelationSettings { Enabled = true, SymptomWindow = TimeSpan.FromDays(1) } },
    };

    private static Decision<EntityState> Decide(EntityState? state, EntityCommand command, DateTimeOffset at) =>
        Entity.Decide(state, command, Key, Small, at);

    private static Decision<EntityState> Change(string reason, EntityState state, params Message[] messages) =>
        new() { Outcome = Outcome.Material, Reason = reason, State = state, Messages = messages.ToValueList() };
}
