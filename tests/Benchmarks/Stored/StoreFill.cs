using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;

namespace Correlation.Benchmarks.Stored;

/// <summary>
/// Writes what ill models made through the service's own store, in turns as its loop commits them, before the service
/// is started. Not through HTTP: a million openings and closings would take longer than all the rest, and nothing that
/// is measured reads what they would leave besides (log, timeline, sent deliveries).
/// </summary>
internal sealed class StoreFill
{
    private const int ModelsPerTurn = 200;

    private readonly IStore _store;
    private readonly PartitionHead[] _heads;
    private readonly HashSet<int> _moved = [];
    private readonly DateTimeOffset _now;
    private readonly IllModel _ill;
    private long _turn;

    public StoreFill(IStore store, PolicyVersion policy, DateTimeOffset now)
    {
        (_store, _now) = (store, now);
        var head = store.Open();
        (_turn, _heads) = (head.Turn, [.. head.Partitions]);
        _ill = new IllModel(policy, NextNumber);
    }

    /// <param name="lives">What a model goes through.</param>
    /// <param name="wrote">Told after each turn how many models there are.</param>
    public void Write(long models, Action<IllModel, long> lives, Action<long> wrote)
    {
        for (long first = 0; first < models; first += ModelsPerTurn)
        {
            var write = new TurnWrite { Turn = ++_turn, At = _now };
            var end = Math.Min(models, first + ModelsPerTurn);
            for (var model = first; model < end; model++)
            {
                lives(_ill, model);
                foreach (var state in _ill.States)
                {
                    var row = Row(state);
                    write.Grains.Add(row);
                    write.Timers.AddRange(
                        state.Timers.Select(timer => new TimerWrite(row.Partition, state.Grain, timer.Name, timer)));
                }

                write.Items.AddRange(_ill.Items);
            }

            write.Heads.AddRange(_moved.Select(partition => _heads[partition]));
            _store.Commit(write);
            _moved.Clear();
            wrote(end);
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
