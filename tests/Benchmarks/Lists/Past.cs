using System.Globalization;
using Correlation.Benchmarks.Bodies;
using Correlation.Grains;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Benchmarks.Lists;

/// <summary>
/// What one ill model left behind: its alerts and their incident, opened, closed and resolved by the real deciders, at
/// some moment of the past. Grains tell one another what they would in the service; nothing but the engine is missing.
/// </summary>
internal sealed class Past(PolicyVersion policy, Func<GrainId, long> nextNumber)
{
    public const int AlertsPerModel = 5;

    private readonly Dictionary<GrainId, GrainState> _states = [];
    private readonly List<(GrainId Owner, ItemChange Change)> _items = [];
    private readonly Queue<Message> _waiting = new();

    public IEnumerable<GrainState> States => _states.Values;

    public IReadOnlyList<(GrainId Owner, ItemChange Change)> Items => _items;

    /// <summary>Model <paramref name="model"/> fell ill then and was well an hour later.</summary>
    public void Live(long model, DateTimeOffset at)
    {
        _states.Clear();
        _items.Clear();
        var signals = AlertKind.All.Take(AlertsPerModel).Select((kind, i) => Signal(kind, model, i, at)).ToList();
        foreach (var signal in signals)
        {
            Tell(signal, at);
        }

        foreach (var signal in signals)
        {
            Tell(signal with { Resolved = true }, at.AddHours(1));
        }
    }

    private void Tell(Signal signal, DateTimeOffset at)
    {
        _waiting.Enqueue(new Message(new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal)));
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
            _items.Add((item.Owner ?? to, item));
        }

        foreach (var message in decision.Messages)
        {
            _waiting.Enqueue(message);
        }
    }

    private static Signal Signal(AlertKind kind, long model, int index, DateTimeOffset at)
    {
        var (name, number) = (Name(model), Text((model * AlertsPerModel) + index));
        return new Signal
        {
            Alias = $"am:past:{number}",
            Message = kind.Summary.Replace("{model}", name).Replace("{value}", "0." + Text(model * 61_803_399 % 100_000_000)),
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
