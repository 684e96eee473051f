using System.Diagnostics;
using Correlation.Gateway.Seams;
using Correlation.Silo.Hosting;
using Correlation.Silo.Storage;
using Npgsql;

namespace Correlation.Silo.Cluster;

/// <summary>
/// A process beside the owner of its database: it forwards what it is sent, looks whether the owner goes on, and says when it has
/// gone. What it takes over with is built then, so that nothing of it is older than the takeover.
/// </summary>
internal sealed partial class Standby(SiloSettings settings, ThisProcess process) : IAsyncDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>A process that was killed a moment ago is still being cleared away.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    private readonly ProcessTable _table = new(settings.Database, process);
    private readonly Succession _succession = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private StandbyServer? _server;
    private Look? _look;
    private Owner? _ended;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    /// <summary>Comes back when nobody runs the database.</summary>
    /// <param name="prepare">Called once, when it is clear that there is an owner: what would prevent a takeover is to fail now.</param>
    /// <returns>False when the process is to stop.</returns>
    public Task<bool> UntilFreeAsync(Action prepare, CancellationToken stopping) => Task.Factory.StartNew(
        () => UntilFree(prepare, stopping), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Frees the addresses for who takes over.</summary>
    public async Task StopServerAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
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
            // A server that has never answered: whoever opens the store says what is wrong.
            if (process.MayOwn && (step == SuccessionStep.Take || (_look is null && _server is null)))
            {
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

    private bool IsStopping(CancellationToken stopping) => stopping.IsCancellationRequested || _server?.Stopping.IsCancellationRequested == true;

    private SuccessionStep Look(int looks)
    {
        try
        {
            _look = _table.Look();
            if (looks % 2 == 0 && _look.Processes is not null)
            {
                _table.Beat(process.MayOwn ? ClusterStates.Standby : ClusterStates.Gateway);
            }

            var step = _succession.Next(_look, Now);
            if (step == SuccessionStep.End && process.MayOwn)
            {
                End(_look.Owner!);
            }

            _server?.Show(_look, problem: null);
            return step;
        }
        catch (NpgsqlException e)
        {
            _succession.NoAnswer(Now);
            _server?.Show(_look, e.Message);
            return SuccessionStep.Wait;
        }
    }

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

        _server = StandbyServer.Start(settings);
        _server.Show(_look, problem: null);
        _server.Log.LogInformation("Waits and forwards: the database is run by {Owner}", _look?.Owner?.Name ?? "nobody");
    }

    private void Leave()
    {
        try
        {
            _table.Leave();
        }
        catch (NpgsqlException)
        {
            // The owner forgets it within a minute.
        }
    }
}
