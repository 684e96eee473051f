using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;

namespace Correlation.Benchmarks.Lists;

/// <summary>
/// Writes the closed alerts through the service's own store, in turns as its loop commits them, before the service is
/// started. Not through HTTP: a million openings and closings would take longer than all the rest, and no list reads
/// what they would leave besides (log, timeline, sent deliveries).
/// </summary>
internal sealed class PastFill
{
    private const int ModelsPerTurn = 200;

    /// <summary>Closed rows are kept 400 days; none of these is due to go while lists are measured.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(390);

    private readonly IStore _store;
    private readonly PartitionHead[] _heads;
    private readonly HashSet<int> _moved = [];
    private readonly DateTimeOffset _now;
    private readonly Past _past;
    private long _turn;

    public PastFill(IStore store, PolicyVersion policy, DateTimeOffset now)
    {
        (_store, _now) = (store, now);
        var head = store.Open();
        (_turn, _heads) = (head.Turn, [.. head.Partitions]);
        _past = new Past(policy, NextNumber);
    }

    /// <param name="wrote">Told after each turn how many there are.</param>
    public void Write(long closed, Action<long> wrote)
    {
        var models = (closed + Past.AlertsPerModel - 1) / Past.AlertsPerModel;
        for (long first = 0; first < models; first += ModelsPerTurn)
        {
            var write = new TurnWrite { Turn = ++_turn, At = _now };
            var end = Math.Min(models, first + ModelsPerTurn);
            for (var model = first; model < end; model++)
            {
                _past.Live(model, _now - (Reach * (1 - ((double)model / models))));
                write.Grains.AddRange(_past.States.Select(Row));
                write.Items.AddRange(_past.Items);
            }

            write.Heads.AddRange(_moved.Select(partition => _heads[partition]));
            _store.Commit(write);
            _moved.Clear();
            wrote(end * Past.AlertsPerModel);
        }
    }

    private GrainWrite Row(GrainState state)
    {
        var partition = Partitions.Of(state.Grain);
        var head = _heads[partition];
        _heads[partition] = head with { Position = head.Position + 1, At = _now };
        _moved.Add(partition);
        return new GrainWrite(partition, head.Position + 1, state, TallyOnly: false, Replaces: false);
    }

    private long NextNumber(GrainId grain)
    {
        var partition = Partitions.Of(grain);
        var head = _heads[partition];
        _heads[partition] = head with { Numbers = head.Numbers + 1 };
        return ((head.Numbers + 1) * Partitions.Count) + partition;
    }
}
