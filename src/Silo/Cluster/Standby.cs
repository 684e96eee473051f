using System.Net.Sockets;
using Correlation.Gateway.Seams;
using Correlation.Silo.Hosting;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Npgsql;

namespace Correlation.Silo.Cluster;

/// <summary>
/// A process beside the owner of its database: it forwards what it is sent, looks whether the owner goes on, and says
/// when it has gone. What it takes over with is built then, so that nothing of it is older than the takeover.
/// </summary>
internal sealed partial class Standby(SiloSettings settings, ThisProcess process, TimeProvider time) : IAsyncDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private static readonly int KnownSchema = SchemaFile.Newest("Postgres");

    /// <summary>A process that was killed a moment ago is still being cleared away.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    private readonly ProcessTable _table = new(settings.Database, process, new KnownTimeline(settings.Data));
    private readonly Succession _succession = new();
    private readonly long _began = time.GetTimestamp();
    private StandbyServer? _server;
    private Look? _look;
    private Owner? _ended;
    private string? _problem;
    private bool _opened;
    private string? _hindrance;

    /// <summary>A newer release has written what this one cannot read.</summary>
    private bool IsOutdated => _look?.Schema > KnownSchema;

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>Comes back when nobody runs the database.</summary>
    /// <param name="prepare">Called once, when it is clear that there is an owner: what would prevent a takeover is to
    /// fail now.</param>
    /// <returns>False when the process is to stop.</returns>
    public Task<bool> UntilFreeAsync(Action prepare, CancellationToken stopping) => Task.Factory.StartNew(
        () => UntilFree(prepare, stopping), CancellationToken.None, TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>It has waited, and served meanwhile: what goes wrong at a takeover is a reason to wait again.</summary>
    public bool HasServed { get; private set; }

    /// <summary>Frees the addresses for who takes over.</summary>
    /// <returns>False when the process was told to stop meanwhile.</returns>
    public async Task<bool> StopServerAsync()
    {
        if (_server is not { } server)
        {
            return true;
        }

        _server = null;
        var goesOn = !server.Stopping.IsCancellationRequested;
        await server.DisposeAsync();
        return goesOn;
    }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        _table.Dispose();
    }

    private bool UntilFree(Action prepare, CancellationToken stopping)
    {
        var began = Now;
        for (var looks = 0; !IsStopping(stopping); looks++)
        {
            var step = Look(looks);
            // A server that has never answered: whoever opens the store says what is wrong, once.
            var isUnknown = _look is null && _server is null && !_opened;
            // One that nobody has beside it is refused by the store, with the reason; a standby goes on forwarding.
            var mayOwn = process.MayOwn && !(IsOutdated && _server is not null);
            if (mayOwn && !IsStopping(stopping) && (step == SuccessionStep.Take || isUnknown))
            {
                _opened = true;
                _table.Dispose();
                return true;
            }

            if (_server is null && (Now - began > StartPatience || !process.MayOwn))
            {
                prepare();
                Serve();
            }

            (_server?.Stopping ?? stopping).WaitHandle.WaitOne(LookEvery);
        }

        Leave();
        return false;
    }

    private bool IsStopping(CancellationToken stopping) =>
        stopping.IsCancellationRequested || _server?.Stopping.IsCancellationRequested == true;

    private SuccessionStep Look(int looks)
    {
        try
        {
            _look = _table.Look();
        }
        catch (Exception e) when (IsOfTheServer(e))
        {
            _succession.NoAnswer(Now);
            Show(e.Message);
            return SuccessionStep.Wait;
        }

        var step = _succession.Next(_look, Now);
        try
        {
            if (looks % 2 == 0 && _look.Processes is not null)
            {
                _table.Beat(process.MayOwn && !IsOutdated ? ClusterStates.Standby : ClusterStates.Gateway);
            }

            if (step == SuccessionStep.End && process.MayOwn && !IsOutdated)
            {
                End(_look.Owner!);
            }

            Show(problem: null);
        }
        catch (Exception e) when (IsOfTheServer(e))
        {
            // What was seen counts all the same.
            Show(e.Message);
        }

        return step;
    }

    private void Show(string? problem)
    {
        if (problem is not null && _problem is null)
        {
            _server?.Log.LogWarning("The database does not answer as it should: {Problem}", problem);
        }

        _problem = problem;
        var hindrance = Hindrance();
        if (hindrance is not null && hindrance != _hindrance)
        {
            _server?.Log.LogWarning("{Hindrance}", hindrance);
        }

        _hindrance = hindrance;
        _server?.Show(_look, problem, hindrance);
    }

    /// <summary>
    /// What speaks against this process taking over, for whom it may concern before it is to do so; null when nothing
    /// does.
    /// </summary>
    private string? Hindrance() =>
        !process.MayOwn ? null
        : IsOutdated
            ? $"cannot take over: the database has schema version {_look!.Schema}, and this release knows {KnownSchema} at most. Start the newer release here as well"
        : _look?.OwnersRow is { KeysMark: { } mark } && mark != process.KeysMark
            ? "should not take over: CORRELATION_API_KEY or CORRELATION_ANSWER_SECRET is not what the owner has. With others, senders and the " +
                "links in pages are turned away. Set both to the same values in every process"
        : null;

    private static bool IsOfTheServer(Exception error) => error is NpgsqlException or SocketException or IOException or TimeoutException
        or InvalidOperationException;

    private void End(Owner owner)
    {
        if (_ended != owner)
        {
            _ended = owner;
            _server?.Log.LogWarning("{Owner} stands still: its connection is ended", owner.Name);
        }

        _table.End(owner);
    }

    private void Serve()
    {
        if (process.MayOwn && (settings.ApiKey.Length == 0 || settings.AnswerSecret.Length == 0))
        {
            throw new StoreInUseException(
                $"The database is run by {_look?.Owner?.Name}. To wait for it, and take over when it goes, set CORRELATION_API_KEY and " +
                "CORRELATION_ANSWER_SECRET to the same values in every process: else keys and the links in pages end with the process " +
                "that made them. Or set CORRELATION_DATABASE to another database.");
        }

        _server = StandbyServer.Start(settings, process);
        Show(_problem);
        HasServed = true;
        _server.Log.LogInformation(
            "Waits and forwards: the database is run by {Owner}", _look?.Owner?.Name ?? "nobody");
    }

    private void Leave()
    {
        try
        {
            _table.Leave();
        }
        catch (Exception e) when (IsOfTheServer(e))
        {
            // The owner forgets it within a minute.
        }
    }
}
