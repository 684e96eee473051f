using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Correlation.TestKit.Memory;

namespace Correlation.Silo.Tests.Shards;

/// <summary>A shard over a disk in memory, on a clock the test moves and with commits the test lets fail.</summary>
internal sealed class ShardInMemory : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly MeterListener _counters = new();
    private readonly ShardOptions _options;
    private readonly MemoryDisk _disk = new();
    private MemoryStore _store;
    private ShardInbox _inbox;

    public ShardInMemory(ShardOptions? options = null)
    {
        _options = options ?? new ShardOptions();
        _counters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _counters.SetMeasurementEventCallback<long>((instrument, by, _, _) =>
            Counted[instrument.Name] = Counted.GetValueOrDefault(instrument.Name) + by);
        _counters.Start();
        (_store, _inbox, Shard) = Start();
    }

    public DateTimeOffset Now { get; set; } = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public Shard Shard { get; private set; }

    /// <summary>Requests of people that no turn has taken.</summary>
    public int Waiting => _inbox.PeopleWaiting;

    /// <summary>Commands of senders that no turn has taken.</summary>
    public int IntakeWaiting => _inbox.Depth;

    /// <summary>Thrown by the next commit, after the given step.</summary>
    public (CommitStep Step, Exception What)? Fault { get; set; }

    /// <summary>What the store says to a write that it cannot take for what is in it; null takes it.</summary>
    public Func<TurnWrite, Exception?> Refuses { get; set; } = _ => null;

    /// <summary>Commands for which deciding throws.</summary>
    public Func<Command, bool> Spoils { get; set; } = _ => false;

    /// <summary>What becomes of a row until it is loaded.</summary>
    public Func<StoredGrain, StoredGrain> Loads { get; set; } = row => row;

    public IReadOnlyList<TurnWrite> Journal => _disk.Journal;

    public bool DiskIsFull
    {
        set => _store.InReserve = value;
    }

    public Exception? PruneFault
    {
        set => _store.PruneFault = value;
    }

    public KeptLog<Shard> Log { get; } = new();

    /// <summary>By the name of a counter, what it counted since the shard was made.</summary>
    public Dictionary<string, long> Counted { get; } = [];

    public void Dispose()
    {
        _inbox.Dispose();
        _store.Dispose();
        _counters.Dispose();
        _meter.Dispose();
    }

    public void Crash()
    {
        Dispose();
        _disk.Crash();
        (_store, _inbox, Shard) = Start();
    }

    /// <summary>As if all that is on the disk had just been brought back from a backup.</summary>
    public void Restore()
    {
        Dispose();
        _disk.Crash();
        _disk.Tables.Hold = new StoredHold(null);
        (_store, _inbox, Shard) = Start();
    }

    public Submission.Release Release()
    {
        var release = new Submission.Release();
        _inbox.Add(release, CommandClass.Person);
        return release;
    }

    public Submission.Request Post(
        GrainId to, Command command, string? key = null, CommandClass commandClass = CommandClass.Intake) =>
        Post([new GrainCommand(to, command)], key, commandClass);

    public Submission.Request Post(
        GrainCommand[] commands, string? key = null, CommandClass commandClass = CommandClass.Intake,
        CancellationToken left = default)
    {
        var request = new Submission.Request(commands, key is null ? null : new RetryKey(key), left);
        _inbox.Add(request, commandClass);
        return request;
    }

    public GrainId IncidentOf(string alias) =>
        new(GrainKind.Incident, Read<AlertState>(new GrainId(GrainKind.Alert, alias))!.IncidentId!);

    public Submission.Publish Publish(PolicyVersion? policy = null)
    {
        var publish = new Submission.Publish(policy ?? Policies.Small);
        _inbox.Add(publish, CommandClass.Person);
        return publish;
    }

    /// <summary>Posts, and turns until nothing waits.</summary>
    public Answer Send(GrainId to, Command command, string? key = null)
    {
        var request = Post(to, command, key);
        Settle();
        return AnswersOf(request)[0];
    }

    public static Answer[] AnswersOf(Submission.Request request) =>
        request.Done.IsCompletedSuccessfully ? request.Done.Result : throw request.Done.Exception!.InnerException!;

    public GrainClient Client(TimeProvider clock) => new(Shard, _inbox, new SlewedClock(clock), clock);

    public GrainClient Client(SlewedClock clock, TimeProvider wall) => new(Shard, _inbox, clock, wall);

    public DateTimeOffset Turn() => Shard.Turn(Now);

    public void Settle()
    {
        for (var turns = 0; Turn() <= Now; turns++)
        {
            if (turns > 1000)
            {
                throw new InvalidOperationException("The loop is expected to come to rest within a thousand turns.");
            }
        }
    }

    public void Advance(TimeSpan by)
    {
        for (var end = Now + by; ;)
        {
            var next = Turn();
            if (next > end)
            {
                Now = end;
                Settle();
                return;
            }

            Now = next > Now ? next : Now;
        }
    }

    public T? Read<T>(GrainId grain)
        where T : GrainState
    {
        var read = AskFor(grain);
        Turn();
        return (T?)read.Done.Result;
    }

    public Submission.Read AskFor(GrainId grain)
    {
        var read = new Submission.Read(grain);
        _inbox.Add(read, CommandClass.Person);
        return read;
    }

    private (MemoryStore, ShardInbox, Shard) Start()
    {
        var store = new MemoryStore(_disk) { Interrupt = Interrupt, Loaded = row => Loads(row) };
        var inbox = new ShardInbox(_options);
        var metrics = new ShardMetrics(_meter, Log);
        var shard = new Shard(_options, store, inbox, Policies.Small, metrics) { Decider = Decide };
        shard.Recover(Now);
        return (store, inbox, shard);
    }

    private void Interrupt(CommitStep step, TurnWrite write)
    {
        if (Fault is { } fault && fault.Step == step)
        {
            Fault = null;
            throw fault.What;
        }

        if (step == CommitStep.Begun && Refuses(write) is { } refusal)
        {
            throw refusal;
        }
    }

    private Decision Decide(
        GrainId id, GrainState? state, Command command, PolicyVersion policy, DateTimeOffset at) =>
        Spoils(command)
            ? throw new InvalidOperationException("a bug")
            : GrainTypes.Decide(id, state, command, policy, at);
}
