using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Simulation.Engine;

/// <summary>
/// A recovery whose outcome is looked at and thrown away: its decider throws and its policy has no rule to go by, so
/// what comes out of it was folded and not decided.
/// </summary>
internal sealed class Rehearsal(World world, Meter meter)
{
    public Recovered Recover()
    {
        var decided = 0;
        using var store = new DeafStore(world.Disk);
        using var inbox = new ShardInbox(new ShardOptions());
        var nothing = world.Configuration with { Kinds = [], Routes = [], Escalations = [], Teams = [], Schedules = [], Users = [] };
        var shard = new Shard(world.Options, store, inbox, nothing, new ShardMetrics(meter, NullLogger<Shard>.Instance))
        {
            Decider = (_, _, _, _, _) =>
            {
                decided++;
                throw new InvalidOperationException("Recovery decides.");
            },
        };
        shard.Recover(world.Agenda.Now);
        var decidedByRecovery = decided;
        var reads = world.Disk.Tables.Grains.Ids.Select(id => new Submission.Read(id)).ToList();
        reads.ForEach(read => inbox.Add(read, CommandClass.Person));
        while (!reads.TrueForAll(read => read.Done.IsCompleted))
        {
            shard.Turn(shard.LastAt);
        }

        return new Recovered(
            world.Disk.Journal.Count, decidedByRecovery,
            reads.ToDictionary(read => read.Grain, read => read.Done.Result!));
    }

    /// <summary>Reads like the disk and forgets what is written.</summary>
    private sealed class DeafStore(MemoryDisk disk) : IStore
    {
        private readonly MemoryStore _store = new(disk);

        public StoreHead Open() => _store.Open();

        public IReadOnlyList<StoredGrain> Load(IReadOnlyCollection<GrainId> grains) => _store.Load(grains);

        public IEnumerable<RepeatBatch> ReadRepeats(long afterTurn) => _store.ReadRepeats(afterTurn);

        public IReadOnlyList<StoredMessage> Messages(long after, int limit) => [];

        public IReadOnlyList<StoredTimer> DueTimers(DateTimeOffset now, TimeSpan listened, int limit, bool? walks = null) => [];

        public (DateTimeOffset? Duty, DateTimeOffset? Absence) NextDue() => (null, null);

        public IReadOnlyList<Item> Items(GrainId owner, ItemRange range) => _store.Items(owner, range);

        public IReadOnlyList<StoredGrain> OpenAlerts(string afterAlias, int limit) => [];

        public IReadOnlyDictionary<string, StoredAnswer> Answers(IReadOnlyCollection<string> idempotencyKeys) =>
            _store.Answers(idempotencyKeys);

        public void Commit(TurnWrite write)
        {
        }

        public bool Prune(Retention retention, DateTimeOffset now, long replayTurn) => false;

        public void Dispose() => _store.Dispose();
    }
}
