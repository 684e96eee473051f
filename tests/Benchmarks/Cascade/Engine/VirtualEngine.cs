using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>
/// The real loop over a store in memory, on virtual time: commands are submitted as the gateway does, turns are taken
/// when something came or is due, and days of silence cost nothing.
/// </summary>
internal sealed class VirtualEngine : IDisposable
{
    private static readonly TimeSpan TurnTakes = TimeSpan.FromMilliseconds(1);

    /// <summary>Of a story's minute: a storm has some thousands, and what goes round in a circle 60,000.</summary>
    private const int MostInAMinute = 20_000;

    /// <summary>
    /// What repeats moved is written at once: a paced round would cost a turn each 20 ms of every quiet day.
    /// </summary>
    private static readonly ShardOptions Options = new()
    {
        CheckpointEvery = TimeSpan.Zero,
        CheckpointSpread = TimeSpan.FromTicks(1),
        IntakeQueue = 1_000_000,
        PeopleQueue = 1_000_000,
        ReadQueue = 1_000_000,
    };

    private readonly Meter _meter = new("cascade");
    private readonly ShardInbox _inbox = new(Options);
    private readonly MemoryStore _store;
    private readonly Shard _shard;
    private DateTimeOffset _next;
    private DateTimeOffset _minute;
    private int _inMinute;

    public VirtualEngine(MemoryDisk disk, PolicyVersion policy, DateTimeOffset start)
    {
        (Disk, Now, _next) = (disk, start, start);
        _store = new MemoryStore(disk);
        _shard = new Shard(Options, _store, _inbox, policy, new ShardMetrics(_meter, NullLogger<Shard>.Instance))
        {
            Committed = write => Committed?.Invoke(write),
        };
        Turn();
    }

    public MemoryDisk Disk { get; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>After each commit, with what it wrote.</summary>
    public Action<TurnWrite>? Committed { get; set; }

    public void Submit(GrainId to, Command command, CommandClass commandClass) =>
        _inbox.Add(new Submission.Request([new GrainCommand(to, command)], null), commandClass);

    public void Publish(PolicyVersion policy) => _inbox.Add(new Submission.Publish(policy), CommandClass.Person);

    /// <summary>Up to the given time, and no further than to what is due by it.</summary>
    public void RunTo(DateTimeOffset until)
    {
        while (_next <= until)
        {
            Now = _next > Now ? _next : Now;
            Turn();
        }

        Now = until > Now ? until : Now;
    }

    /// <summary>What was submitted is decided now, and what follows from it at once.</summary>
    /// <exception cref="InvalidOperationException">What was decided goes on causing itself.</exception>
    public void Turn()
    {
        (_minute, _inMinute) = Now < _minute ? (_minute, _inMinute + 1) : (Now + TimeSpan.FromMinutes(1), 1);
        if (_inMinute > MostInAMinute)
        {
            throw new InvalidOperationException($"The engine comes to no rest: {_inMinute} turns in the minute before {Now:u}.");
        }

        var next = _shard.Turn(Now);
        _next = next > Now ? next : Now + TurnTakes;
    }

    public void Dispose()
    {
        _inbox.Dispose();
        _store.Dispose();
        _meter.Dispose();
    }
}
