using System.Diagnostics;
using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// The real engine over a store in memory, on time that only we move: its timers fire in between, each when it is
/// due, and
/// what is to be delivered counts as delivered at once.
/// </summary>
internal sealed class Rerun : IDisposable
{
    private const int MostTurnsAtOnce = 10_000_000;

    // Nothing is lost with this process, so nothing needs to be written soon.
    private static readonly ShardOptions Options = new()
    {
        CheckpointEvery = TimeSpan.FromMinutes(5),
        CheckpointSpread = TimeSpan.FromMilliseconds(100),
    };

    private readonly Meter _meter = new("replay");
    private readonly ScratchStore _store;
    private readonly ShardInbox _inbox = new(Options);
    private readonly Shard _shard;
    private readonly List<Delivery> _toDeliver = [];
    private DateTimeOffset _now;

    /// <param name="policy">With what was made through an API before.</param>
    /// <param name="topology">What was declared and learnt before.</param>
    public Rerun(PolicyVersion policy, IEnumerable<PolicyChange> topology, DateTimeOffset start)
    {
        _now = start;
        _store = new ScratchStore(policy.Made.Concat(topology)) { Committed = Note };
        _shard = new Shard(Options, _store, _inbox, policy, new ShardMetrics(_meter, NullLogger<Shard>.Instance));
        _shard.Recover(start);
    }

    public Facts Facts { get; } = new();

    /// <summary>Commands for which deciding threw, by name.</summary>
    public SortedDictionary<string, long> Poison { get; } = new(StringComparer.Ordinal);

    /// <summary>Acts that were carried out when they were recorded and are refused here, by name and reason.</summary>
    public SortedDictionary<string, long> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything that is due before the given time happens.</summary>
    public void RunTo(DateTimeOffset time)
    {
        for (var next = Settle(); next < time; next = Settle())
        {
            _now = next;
        }

        _now = time;
    }

    /// <summary>The service did nothing since <see cref="RunTo"/>: what became due meanwhile is late.</summary>
    public void Start(DateTimeOffset time)
    {
        _now = time;
        _shard.Recover(time);
    }

    public void Publish(PolicyVersion policy) => _inbox.Add(new Submission.Publish(policy), CommandClass.Person);

    /// <summary>In one turn, now; also the messages that follow are decided.</summary>
    public void Tell(IReadOnlyList<Told> told)
    {
        if (told.Count == 0)
        {
            return;
        }

        var request = new Submission.Request([.. told.Select(one => one.Command)], null);
        _inbox.Add(request, CommandClass.Intake);
        Settle();
        if (!request.Done.IsCompletedSuccessfully)
        {
            throw new UnreachableException(
                $"What was told at {_now:O} is not answered: {request.Done.Exception?.InnerException?.Message}");
        }

        foreach (var (one, answer) in told.Zip(request.Done.Result))
        {
            if (answer.Outcome == Outcome.Refused && one.Was is Outcome.Material or Outcome.Repeat)
            {
                Count(Refused, $"{one.Type}: {answer.Reason}");
            }
        }
    }

    public void Dispose()
    {
        _inbox.Dispose();
        _store.Dispose();
        _meter.Dispose();
    }

    /// <returns>When the next turn is due.</returns>
    private DateTimeOffset Settle()
    {
        for (var turns = 0; turns < MostTurnsAtOnce; turns++)
        {
            var next = _shard.Turn(_now);
            if (!Deliver() && next > _now)
            {
                return next;
            }
        }

        throw new UnreachableException($"The engine does not come to rest at {_now:O}.");
    }

    private void Note(TurnWrite write)
    {
        foreach (var grain in write.Grains)
        {
            if (!grain.TallyOnly)
            {
                Facts.Note(grain.State);
            }
        }

        foreach (var change in write.Outbox)
        {
            switch (change)
            {
                case DeliveryChange.Enqueue(var delivery):
                    Facts.Note(delivery);
                    _toDeliver.Add(delivery);
                    break;
                case DeliveryChange.Retry(var delivery):
                    _toDeliver.Add(delivery);
                    break;
                default:
                    break;
            }
        }

        foreach (var row in write.Log.Where(row => row.Outcome == Outcome.Poison))
        {
            Count(Poison, row.Type);
        }
    }

    private bool Deliver()
    {
        if (_toDeliver.Count == 0)
        {
            return false;
        }

        _inbox.Add(new Submission.Request([.. _toDeliver.Select(Attempted)], null), CommandClass.Person);
        _toDeliver.Clear();
        return true;
    }

    private static GrainCommand Attempted(Delivery delivery) => new(
        new GrainId(GrainKind.Incident, delivery.IncidentId),
        delivery.Targets.Count == 0
            ? new IncidentCommand.Attempted(delivery, AttemptOutcome.Rejected, "No way to reach them is configured")
            : new IncidentCommand.Attempted(delivery, AttemptOutcome.Delivered, "Taken as delivered"));

    private static void Count(SortedDictionary<string, long> counts, string what) =>
        counts[what] = counts.GetValueOrDefault(what) + 1;
}
