using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Interleaving;

/// <summary>
/// Grains without an engine. What one grain tells another stays in order per pair; pairs are drawn in any order by the
/// seed, so that a message may be overtaken by all but its own pair's.
/// </summary>
internal sealed class MessagePump(PolicyVersion policy, int seed)
{
    private static readonly GrainId Engine = new(0, "engine");

    private readonly List<(GrainId From, GrainId To)> _pairs = [];
    private readonly Dictionary<(GrainId From, GrainId To), Queue<Command>> _queues = [];
    private readonly Dictionary<(GrainId Grain, string Set), SortedDictionary<string, string>> _rows = [];

    public Random Dice { get; } = new(seed);

    public DateTimeOffset At { get; set; } = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public PolicyVersion Policy { get; private set; } = policy;

    public Dictionary<GrainId, GrainState> States { get; } = [];

    public Dictionary<Guid, Delivery> Outbox { get; } = [];

    public List<Delivery> Pages { get; } = [];

    /// <summary>Called after each decision with the state before it.</summary>
    public Action<GrainId, GrainState?, Command, Decision>? Decided { get; set; }

    public IEnumerable<T> All<T>()
        where T : GrainState => States.Values.OfType<T>();

    /// <summary>
    /// Members of an incident, targets of an inhibition, followers of an alert, symptoms of an entity.
    /// </summary>
    public IReadOnlyDictionary<string, string> RowsOf(GrainId grain, string set) =>
        _rows.TryGetValue((grain, set), out var rows) ? rows : new SortedDictionary<string, string>();

    public Decision Tell(GrainId to, Command command)
    {
        var before = States.GetValueOrDefault(to);
        var decision = GrainTypes.Decide(to, before, command, Policy, At);
        var next = decision.NextState ?? (decision.Delta is { } delta ? before!.Fold(delta) : before);
        if (next is not null)
        {
            States[to] = next;
        }

        foreach (var message in decision.Messages)
        {
            Send(to, message.To, message.Command);
        }

        foreach (var item in decision.Items.Where(i => i.Set is "members" or "targets" or "sources" or "registered" or "followers"))
        {
            Keep(to, item);
        }

        foreach (var change in decision.Outbox)
        {
            Carry(change);
        }

        if (decision.Publish is { } publish)
        {
            Policy = Policy.With(publish);
            Reconsider();
        }

        Decided?.Invoke(to, before, command, decision);
        return decision;
    }

    /// <summary>One message of some pair, or one due timer.</summary>
    /// <returns>False when there is neither.</returns>
    public bool Step()
    {
        var due = DueTimers().ToList();
        var drawn = Dice.Next(due.Count + _pairs.Count + 1);
        if (due.Count + _pairs.Count == 0)
        {
            return false;
        }

        if (drawn < due.Count)
        {
            Fire(due[drawn].Grain, due[drawn].Timer);
            return true;
        }

        if (_pairs.Count > 0)
        {
            Deliver(_pairs[Math.Min(drawn - due.Count, _pairs.Count - 1)]);
            return true;
        }

        Fire(due[0].Grain, due[0].Timer);
        return true;
    }

    public void Run()
    {
        for (var steps = 0; Step(); steps++)
        {
            Assert.True(
                steps < 100_000,
                $"No rest after {steps} messages and timers at {At:O}; waiting: {string.Join("; ", _pairs)}");
        }
    }

    private void Send(GrainId from, GrainId to, Command command)
    {
        if (!_queues.TryGetValue((from, to), out var queue))
        {
            _queues[(from, to)] = queue = new Queue<Command>();
            _pairs.Add((from, to));
        }

        queue.Enqueue(command);
    }

    private void Deliver((GrainId From, GrainId To) pair)
    {
        var queue = _queues[pair];
        var command = queue.Dequeue();
        if (queue.Count == 0)
        {
            _queues.Remove(pair);
            _pairs.Remove(pair);
        }

        Tell(pair.To, command);
    }

    private IEnumerable<(GrainId Grain, GrainTimer Timer)> DueTimers() =>
        from state in States.Values
        from timer in state.Timers
        where timer.Due <= At
        orderby state.Grain.Kind, state.Grain.Key, timer.Name
        select (state.Grain, timer);

    private void Fire(GrainId grain, GrainTimer timer)
    {
        var items = timer.Read is { } range
            ? RowsOf(grain, range.Set).Where(m => string.CompareOrdinal(m.Key, range.After) > 0).Take(2).Select(m => new Item(m.Key, m.Value)).ToValueList()
            : [];
        var decision = Tell(grain, GrainTypes.Fired(grain, timer, items));
        Assert.True(
            decision.Outcome == Outcome.Material || States[grain].Timers.All(t => t.Name != timer.Name || t.Due > At),
            $"{grain} leaves its timer '{timer.Name}' due: {decision.Reason}");
    }

    private void Keep(GrainId grain, ItemChange item)
    {
        if (!_rows.TryGetValue((grain, item.Set), out var rows))
        {
            _rows[(grain, item.Set)] = rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        }

        if (item.Body is null)
        {
            rows.Remove(item.Key);
        }
        else
        {
            rows[item.Key] = item.Body;
        }
    }

    private void Carry(DeliveryChange change)
    {
        switch (change)
        {
            case DeliveryChange.Enqueue { Delivery: var delivery }:
                Pages.Add(delivery);
                Outbox.Add(delivery.Id, delivery);
                break;
            case DeliveryChange.Retry { Delivery: var delivery }:
                Outbox[delivery.Id] = delivery;
                break;
            case DeliveryChange.Finish finish:
                Outbox.Remove(finish.Id);
                break;
            default:
                Assert.Fail($"Unknown {change}");
                break;
        }
    }

    private void Reconsider()
    {
        foreach (var alert in All<AlertState>().Where(a => a.Status == AlertStatus.Open))
        {
            Send(Engine, alert.Grain, new AlertCommand.Reconsider());
        }
    }
}
