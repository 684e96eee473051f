using System.Collections.Immutable;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// Three incidents that ask each other: whatever order messages come in, they end as one, the one opened first.
/// </summary>
public sealed class IncidentMergeChainTests
{
    private const int MostSteps = 40;

    private static readonly ImmutableDictionary<string, IncidentState> Three = ImmutableDictionary<string, IncidentState>.Empty
        .Add("oldest", Opened("oldest", 0))
        .Add("middle", Opened("middle", 1))
        .Add("youngest", Opened("youngest", 2));

    [Theory]
    [InlineData("youngest>middle", "oldest>youngest")]
    [InlineData("youngest>oldest", "middle>youngest")]
    [InlineData("youngest>middle", "youngest>oldest")]
    [InlineData("middle>youngest", "oldest>youngest")]
    [InlineData("middle>youngest", "oldest>middle")]
    [InlineData("youngest>middle", "middle>oldest", "oldest>youngest")]
    [InlineData("youngest>middle", "oldest>middle", "youngest>oldest")]
    public void Whoever_asks_whom_and_in_any_order_three_become_one(params string[] asks)
    {
        var (incidents, queues) = (Three, ImmutableSortedDictionary<string, ImmutableQueue<IncidentCommand>>.Empty);
        foreach (var ask in asks.Select(ask => ask.Split('>')))
        {
            var asked = Decide(incidents[ask[0]], Person(new IncidentCommand.Merge(ask[1], "ann", "one cause")));
            (incidents, queues) = (incidents.SetItem(ask[0], asked.State!), Sent(queues, ask[0], asked));
        }

        Explore(incidents, queues, 0);
    }

    [Fact]
    public void Who_accepted_one_that_went_elsewhere_asks_there_once()
    {
        var waiting = Three["oldest"] with { Adopting = [new Adoption("youngest", MayPage: true)] };
        var told = new IncidentCommand.Adopt("youngest", 0, Estate.Empty) { WentTo = "middle" };

        var first = Decide(waiting, told);
        Assert.Equal("middle", first.State!.MergingInto);
        Assert.Single(
            first.Messages,
            message => message is { To.Key: "middle", Command: IncidentCommand.TakeOver { LoserId: "oldest" } });
        Assert.DoesNotContain(
            Decide(first.State, told).Messages, message => message.Command is IncidentCommand.TakeOver);
    }

    /// <summary>Messages of one to another stay in order; all else comes in every order.</summary>
    private static void Explore(
        ImmutableDictionary<string, IncidentState> incidents,
        ImmutableSortedDictionary<string, ImmutableQueue<IncidentCommand>> queues,
        int steps)
    {
        Assert.True(steps < MostSteps, "They go on asking each other");
        if (queues.IsEmpty)
        {
            var left = Assert.Single(incidents.Values, incident => incident.Status != IncidentStatus.Merged);
            Assert.Equal(("oldest", 3, 0), (left.Id, left.MemberCount, left.Adopting.Count));
            return;
        }

        foreach (var (way, queue) in queues)
        {
            var rest = queue.Dequeue(out var command);
            var to = way.Split('>')[1];
            var decision = Decide(incidents[to], command);
            Explore(
                decision.State is null ? incidents : incidents.SetItem(to, decision.State),
                Sent(rest.IsEmpty ? queues.Remove(way) : queues.SetItem(way, rest), to, decision),
                steps + 1);
        }
    }

    private static ImmutableSortedDictionary<string, ImmutableQueue<IncidentCommand>> Sent(
        ImmutableSortedDictionary<string, ImmutableQueue<IncidentCommand>> queues, string from, Decision<IncidentState> decision)
    {
        foreach (var message in decision.Messages)
        {
            if (message.Command is IncidentCommand command)
            {
                var way = $"{from}>{message.To.Key}";
                queues = queues.SetItem(way, queues.GetValueOrDefault(way, []).Enqueue(command));
            }
        }

        return queues;
    }

    private static IncidentState Opened(string id, int second) => PagedIncident with
    {
        Id = id,
        OpenedAt = Start.AddSeconds(second),
        GroupKey = "endpoint:" + id,
        MemberCount = 1,
    };

    private static Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
        Incident.Decide(state, command, state.Id, Small, Start.AddMinutes(2));
}
