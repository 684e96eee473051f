using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>
/// The outbox as a store keeps it, and behind the same door the incidents that decide what follows a result. Everything
/// is as a dispatcher sees it: reads are copies, a result has its effect once.
/// </summary>
internal sealed class MemoryOutbox(TimeProvider clock, OutboxSignal signal, PolicyVersion policy) : IOutbox, IGrains
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Delivery> _pending = [];
    private readonly Dictionary<string, Answer> _answers = [];

    /// <summary>Results as they took effect.</summary>
    public Received<IncidentCommand.Attempted> Results { get; } = new();

    /// <summary>Deliveries that ended and how.</summary>
    public Received<(Guid Id, DeliveryState State)> Ended { get; } = new();

    /// <summary>Called with the lanes that a list has left out.</summary>
    public Action<IReadOnlyCollection<string>> OnListed { get; set; } = _ => { };

    /// <summary>Called before a delivery is read again.</summary>
    public Action<Guid> OnFind { get; set; } = _ => { };

    /// <summary>Called with each report; throws, or answers instead of the incident unless null.</summary>
    public Func<IncidentCommand.Attempted, Answer?> OnReport { get; set; } = _ => null;

    /// <summary>Called when a turn is asked for.</summary>
    public Action OnTurn { get; set; } = () => { };

    /// <summary>Thrown by reads while set.</summary>
    public DbException? Broken { get; set; }

    public PolicyVersion Policy => policy;

    public void Add(params Delivery[] deliveries)
    {
        lock (_lock)
        {
            foreach (var delivery in deliveries)
            {
                _pending.Add(delivery.Id, delivery);
            }
        }

        Commit([.. deliveries.Select(delivery => new DeliveryChange.Enqueue(delivery))]);
    }

    /// <summary>Somebody acknowledged.</summary>
    public void Cancel(Guid id)
    {
        lock (_lock)
        {
            _pending.Remove(id);
        }

        Ended.Add((id, DeliveryState.Cancelled));
    }

    public ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullLanes, IReadOnlyCollection<Guid> begun,
        CancellationToken cancellationToken)
    {
        ThrowWhenBroken();
        IReadOnlyList<Delivery> due;
        lock (_lock)
        {
            due =
            [
                .. _pending.Values
                    .Where(
                        d => d.NotBefore <= now && !fullLanes.Contains(d.Lane) &&
                            !fullLanes.Contains(d.Target.Channel) && !begun.Contains(d.Id))
                    .OrderBy(d => d.Urgency).ThenBy(d => d.NotBefore)
                    .Take(limit),
            ];
        }

        OnListed(fullLanes);
        return ValueTask.FromResult(due);
    }

    public ValueTask<IReadOnlyList<Delivery>> DueInAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> lanes, CancellationToken cancellationToken)
    {
        ThrowWhenBroken();
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<Delivery>>(
            [
                .. _pending.Values
                    .Where(d => d.NotBefore <= now && lanes.Contains(d.Lane))
                    .OrderBy(d => d.Urgency).ThenBy(d => d.NotBefore)
                    .Take(limit),
            ]);
        }
    }

    public ValueTask<IReadOnlyList<Delivery>> OverdueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        ThrowWhenBroken();
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<Delivery>>(
                [.. _pending.Values.Where(d => d.MovesOnAt <= now).OrderBy(d => d.MovesOnAt).Take(limit)]);
        }
    }

    public ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken)
    {
        ThrowWhenBroken();
        OnFind(id);
        lock (_lock)
        {
            return ValueTask.FromResult(_pending.GetValueOrDefault(id));
        }
    }

    public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        ThrowWhenBroken();
        lock (_lock)
        {
            var times = _pending.Values.SelectMany(d => new[] { d.NotBefore, d.MovesOnAt });
            return ValueTask.FromResult(times.Where(at => at > now).Min());
        }
    }

    public ValueTask<Answer> SendAsync(
        GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null)
    {
        var attempted = (IncidentCommand.Attempted)command;
        if (to != new GrainId(GrainKind.Incident, attempted.Delivery.IncidentId) || commandClass != CommandClass.Person)
        {
            throw new InvalidOperationException($"A result went to {to} as {commandClass}.");
        }

        var instead = OnReport(attempted);
        lock (_lock)
        {
            if (_answers.TryGetValue(retry!.Key, out var given))
            {
                return ValueTask.FromResult(given);
            }

            var answer = instead ?? Decide(attempted);
            _answers.Add(retry.Key, answer);
            return ValueTask.FromResult(answer);
        }
    }

    public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
        throw new NotSupportedException("The dispatcher reports results one by one.");

    /// <summary>A turn for which nobody waits but the dispatcher.</summary>
    public ValueTask<GrainState?> ReadAsync(GrainId grain)
    {
        OnTurn();
        return ValueTask.FromResult<GrainState?>(null);
    }

    public Task PolicyInForceAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("The dispatcher waits for no policy.");

    public static Answer Answered(Outcome outcome) => new(default, outcome, "by the test", null);

    private Answer Decide(IncidentCommand.Attempted attempted)
    {
        var id = attempted.Delivery.Id;
        Results.Add(attempted);
        if (!_pending.ContainsKey(id))
        {
            return Answered(Outcome.Repeat);
        }

        // In quiet hours the incident goes on by what makes no sound; here that is the next contact.
        var outcome = attempted.Outcome == AttemptOutcome.Quiet ? AttemptOutcome.Rejected : attempted.Outcome;
        var after = RetryRules.After(
            attempted.Delivery, outcome, clock.GetUtcNow(), attempted.RetryAfter);
        if (after.Retry is { } retry)
        {
            _pending[id] = retry;
            Commit(new DeliveryChange.Retry(retry));
        }
        else
        {
            _pending.Remove(id);
            Ended.Add((id, after.State));
            Commit(new DeliveryChange.Finish(id, after.State));
        }

        return Answered(Outcome.Material);
    }

    private void Commit(params DeliveryChange[] changes)
    {
        var write = new TurnWrite { Turn = 1, At = clock.GetUtcNow() };
        write.Outbox.AddRange(changes);
        signal.Committed(write);
    }

    private void ThrowWhenBroken()
    {
        if (Broken is { } broken)
        {
            throw broken;
        }
    }
}
