using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.Simulation.Deliveries;
using Correlation.Simulation.Senders;
using Correlation.TestKit.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Correlation.Simulation.Engine;

/// <summary>
/// One life of the service: the real shard and the real dispatcher over what the disk kept. The world gives it its
/// turns, as the host's loop does.
/// </summary>
internal sealed class SimulatedProcess : IDisposable
{
    private static readonly TimeSpan RetryStoreAfter = TimeSpan.FromMilliseconds(500);

    private readonly World _world;
    private readonly ProcessContext _context = new();
    private readonly MemoryStore _store;
    private readonly ShardInbox _inbox;
    private readonly OutboxSignal _signal = new();
    private readonly SlewedClock _clock;
    private readonly Dispatcher _dispatcher;
    private readonly GrainClient _grains;
    private readonly List<(Task Task, Action Ended)> _underWay = [];
    private DateTimeOffset _turnAt = DateTimeOffset.MaxValue;
    private int _turnVersion;

    public SimulatedProcess(World world, int number, Meter meter, TimeSpan wallIsAhead)
    {
        (_world, Number) = (world, number);
        var time = new ProcessTime(world.Agenda, _context, wallIsAhead);
        _store = new MemoryStore(world.Disk) { Interrupt = Interrupt };
        _inbox = new ShardInbox(world.Options);
        Shard = new Shard(
            world.Options, _store, _inbox, world.Configuration, new ShardMetrics(meter, NullLogger<Shard>.Instance))
        {
            Decider = Decide,
            Committed = _signal.Committed,
        };
        _clock = new SlewedClock(time);
        _grains = new GrainClient(Shard, _inbox, _clock, time);
        var options = Options.Create(new OutboxOptions { Parallelism = 8, ParallelismPerChannel = 4 });
        var sender = new Sender(
            [new SinkChannel(Town.Push, world, this), new SinkChannel(Town.Mail, world, this), new SinkChannel("email", world, this)],
            options, time, new OutboxMetrics(meter), new ChannelHealth(time), NullLogger<Sender>.Instance);
        _dispatcher = new Dispatcher(
            new MemoryOutbox(world.Disk, () => _store.Holds), new WakingGrains(_grains, TurnSoon), sender, _signal,
            Shard.Hold,
            options, time, NullLogger<Dispatcher>.Instance);
        Time = time;
    }

    public int Number { get; }

    public Shard Shard { get; }

    public TimeProvider Time { get; }

    public bool IsDead => _context.IsDead;

    public bool IsFrozen => _context.IsFrozen;

    public void Start()
    {
        Shard.Recover(_clock.Now);
        _clock.NotBefore(Shard.LastAt);
        _context.Run(() => _ = _dispatcher.RunAsync(CancellationToken.None));
        TurnAt(_world.Agenda.Now);
    }

    /// <summary>As SIGSTOP does, or a machine that stands still.</summary>
    public void Freeze() => _context.Freeze();

    /// <summary>It goes on where it was, and does not know that time has passed.</summary>
    public void Thaw()
    {
        _context.Thaw();
        TurnAt(_world.Agenda.Now);
    }

    /// <summary>Nothing of it goes on: whoever waits for an answer never gets one.</summary>
    public void Kill()
    {
        _context.Kill();
        _turnVersion++;
        _underWay.Clear();
    }

    public void Dispose()
    {
        Kill();
        _inbox.Dispose();
        _store.Dispose();
        _dispatcher.Dispose();
    }

    /// <summary>As the gateway hands a request over.</summary>
    public void Send(SentRequest request, Action<Task<Answer[]>> ended) => _context.Run(() =>
    {
        var task = SendAsync(request);
        _underWay.Add((task, () => ended(task)));
        TurnSoon();
    });

    public Task<long> Publish(PolicyVersion configuration)
    {
        TurnSoon();
        return _grains.PublishAsync(configuration);
    }

    /// <summary>The states of these grains as the process has them now.</summary>
    public Dictionary<GrainId, GrainState> Read(IEnumerable<GrainId> grains)
    {
        var reads = grains.Select(grain => new Submission.Read(grain)).ToList();
        reads.ForEach(read => _inbox.Add(read, CommandClass.Person));
        for (var turns = 0; !reads.TrueForAll(read => read.Done.IsCompleted); turns++)
        {
            Turn();
            if (turns > 100)
            {
                throw new InvalidOperationException(
                    "The loop is expected to answer every read within a hundred turns.");
            }
        }

        return reads.Where(read => read.Done.Result is not null)
            .ToDictionary(read => read.Grain, read => read.Done.Result!);
    }

    private async Task<Answer[]> SendAsync(SentRequest request) => request.Commands.Count == 1 && request.Key is not null
        ? [await _grains.SendAsync(request.Commands[0].To, request.Commands[0].Command, request.Class, new RetryKey(request.Key))]
        : await _grains.SendAsync(request.Commands, request.Class);

    /// <summary>Callers arrive while the loop sleeps or works: several may share a turn.</summary>
    public void TurnSoon() => TurnAt(_world.Agenda.Now + TimeSpan.FromMilliseconds(_world.Agenda.Dice.Next(4)));

    private void TurnAt(DateTimeOffset at)
    {
        if (at >= _turnAt)
        {
            return;
        }

        _turnAt = at;
        var version = ++_turnVersion;
        _world.Agenda.At(at, () =>
        {
            if (version == _turnVersion)
            {
                _turnAt = DateTimeOffset.MaxValue;
                Turn();
            }
        });
    }

    private void Turn()
    {
        _context.Run(TakeTurn);
        if (IsFrozen)
        {
            return;
        }

        var done = _underWay.Where(request => request.Task.IsCompleted).ToList();
        _underWay.RemoveAll(request => request.Task.IsCompleted);
        done.ForEach(request => request.Ended());
    }

    private void TakeTurn()
    {
        var now = _clock.Now;
        DateTimeOffset next;
        try
        {
            next = Shard.Turn(now);
        }
        catch (ProcessKilledException)
        {
            _world.Crash();
            return;
        }
        catch (StoreInUseException)
        {
            // Another has taken over; the real one ends with an exit code.
            _world.Record.Fenced.Add(Number);
            Kill();
            return;
        }
        catch (CommitUnknownException)
        {
            Shard.FailWaiting(new UnavailableException("The store does not answer", TimeSpan.FromSeconds(2)));
            next = now + RetryStoreAfter;
        }

        TurnAt(_world.Agenda.Now + (next - now));
    }

    private void Interrupt(CommitStep step, TurnWrite write)
    {
        if (step == CommitStep.Written)
        {
            // If the turn is lost, its number's next owner says the same of itself.
            _world.Record.Committed(write.Turn, _world.Agenda.Now, Number);
        }

        if (_world.Faults.Strike(step, write) is not { } fault)
        {
            return;
        }

        if (fault is CommitUnknownException)
        {
            _world.Record.UnknownCommits.Add((write.Turn, step == CommitStep.Synced));
            if (step == CommitStep.Written)
            {
                // Nobody may read what the database rolls back.
                _world.Disk.Crash();
            }
        }

        if (fault is CommitFailedException { ForItsContent: false })
        {
            _world.Record.FailedCommits.Add(_world.Agenda.Now);
        }

        if (fault is ProcessStalledException)
        {
            // Whoever takes over ends the connection: what is not committed by then is rolled back.
            _world.Stall();
            _world.Record.UnknownCommits.Add((write.Turn, step == CommitStep.Synced));
            if (step != CommitStep.Synced)
            {
                _world.Disk.Crash();
            }

            throw new CommitUnknownException("the connection ended");
        }

        if (fault is ProcessKilledException)
        {
            _world.Record.CrashedAt.Add(step);
        }

        throw fault;
    }

    private Decision Decide(GrainId id, GrainState? state, Command command, PolicyVersion policy, DateTimeOffset at) =>
        _world.Faults.Spoils(id)
            ? throw new InvalidOperationException("a bug")
            : _world.Decider(id, state, command, policy, at);

    /// <summary>The loop sleeps on the inbox; here somebody has to say that it got something.</summary>
    private sealed class WakingGrains(GrainClient grains, Action wake) : IGrains
    {
        public PolicyVersion Policy => grains.Policy;

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass)
        {
            wake();
            return grains.SendAsync(commands, commandClass);
        }

        public ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null)
        {
            wake();
            return grains.SendAsync(to, command, commandClass, retry);
        }

        public ValueTask<GrainState?> ReadAsync(GrainId grain)
        {
            wake();
            return grains.ReadAsync(grain);
        }

        public Task PolicyInForceAsync(CancellationToken cancellationToken) =>
            grains.PolicyInForceAsync(cancellationToken);
    }
}
