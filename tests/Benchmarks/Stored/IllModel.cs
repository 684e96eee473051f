using System.Globalization;
using Correlation.Benchmarks.Bodies;
using Correlation.Grains;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Benchmarks.Stored;

/// <summary>
/// What one ill model makes of the grains: its alerts and their incident, opened and closed by the real deciders at
/// some moment of the past. Grains tell one another what they would in the service, and their timers fire; nothing but
/// the engine is missing.
/// </summary>
internal sealed class IllModel(PolicyVersion policy, Func<GrainId, long> nextNumber)
{
    private readonly Dictionary<GrainId, GrainState> _states = [];
    private readonly SortedDictionary<(GrainId Owner, string Set, string Key), string> _items =
        new(Comparer<(GrainId Owner, string Set, string Key)>.Create(InOrder));

    private readonly Queue<Message> _waiting = new();
    private List<Signal> _signals = [];

    public IEnumerable<GrainState> States => _states.Values;

    public IEnumerable<(GrainId Owner, ItemChange Change)> Items =>
        _items.Select(item => (item.Key.Owner, new ItemChange(item.Key.Set, item.Key.Key, item.Value)));

    /// <summary>Another model, with so many alerts.</summary>
    public void FallsIll(long model, int alerts, DateTimeOffset at)
    {
        _states.Clear();
        _items.Clear();
        _signals = AlertKind.All.Take(alerts).Select((kind, i) => Signal(kind, model, i, at)).ToList();
        _signals.ForEach(signal => Tell(signal, at));
    }

    public void IsWell(DateTimeOffset at) => _signals.ForEach(signal => Tell(signal with { Resolved = true }, at));

    /// <summary>What comes due until then is done, as in a service that ran all the while.</summary>
    public void Lives(DateTimeOffset until)
    {
        while (_states.Values.SelectMany(state => state.Timers.Select(timer => (state.Grain, Timer: timer)))
            .Where(one => one.Timer.Due <= until)
                .OrderBy(one => one.Timer.Due)
                .FirstOrDefault() is { Timer: { } timer } due)
        {
            Tell(due.Grain, GrainTypes.Fired(due.Grain, timer, ItemsFor(due.Grain, timer)), timer.Due);
        }
    }

    private ValueList<Item> ItemsFor(GrainId grain, GrainTimer timer) => timer.Read is not { } range ? [] : _items
        .Where(item =>
            item.Key.Owner == grain && item.Key.Set == range.Set &&
                string.CompareOrdinal(item.Key.Key, range.After) > 0)
        .Take(range.Limit).Select(item => new Item(item.Key.Key, item.Value)).ToValueList();

    private static int InOrder(
        (GrainId Owner, string Set, string Key) one, (GrainId Owner, string Set, string Key) other) =>
        one.Owner.Kind != other.Owner.Kind ? one.Owner.Kind.CompareTo(other.Owner.Kind)
        : string.CompareOrdinal(one.Owner.Key, other.Owner.Key) is not 0 and var owners ? owners
        : string.CompareOrdinal(one.Set, other.Set) is not 0 and var sets ? sets
        : string.CompareOrdinal(one.Key, other.Key);

    private void Tell(Signal signal, DateTimeOffset at) =>
        Tell(new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal), at);

    private void Tell(GrainId to, Command command, DateTimeOffset at)
    {
        _waiting.Enqueue(new Message(to, command));
        while (_waiting.TryDequeue(out var message))
        {
            Decide(message.To, message.Command, at);
        }
    }

    private void Decide(GrainId to, Command command, DateTimeOffset at)
    {
        var decision = GrainTypes.Decide(to, _states.GetValueOrDefault(to), command, policy, at);
        if (decision.NextState is { } next)
        {
            _states[to] = next is INumbered { Number: 0 } wants ? wants.WithNumber(nextNumber(to)) : next;
        }

        foreach (var item in decision.Items)
        {
            var key = (item.Owner ?? to, item.Set, item.Key);
            if (item.Body is { } body)
            {
                _items[key] = body;
            }
            else
            {
                _items.Remove(key);
            }
        }

        foreach (var message in decision.Messages)
        {
            _waiting.Enqueue(message);
        }
    }

    private static Signal Signal(AlertKind kind, long model, int index, DateTimeOffset at)
    {
        var (name, number) = (Name(model), Text((model * AlertKind.All.Length) + index));
        return new Signal
        {
            Alias = $"am:past:{number}",
            Message = kind.Summary.Replace("{model}", name)
                .Replace("{value}", "0." + Text(model * 61_803_399 % 100_000_000)),
            Labels = Labels.From(new Dictionary<string, string>
            {
                ["alertname"] = kind.Name,
                ["cluster"] = "ml-prod-eu-1",
                ["instance"] = $"serving-{number}.ml.svc:9090",
                ["job"] = kind.Job,
                ["model"] = name,
                ["namespace"] = kind.Namespace,
                ["severity"] = kind.Severity,
                ["team"] = kind.Team,
            }),
            Source = "prometheus.example.test:9090",
            Integration = new Integration("past", "past", "Prometheus"),
            StartsAt = at,
            ResendsWhileFiring = true,
        };
    }

    private static string Name(long model) => "past_" + Text(model);

    private static string Text(long number) => number.ToString("00000000", CultureInfo.InvariantCulture);
}
