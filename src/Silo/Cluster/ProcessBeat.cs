using Correlation.Gateway.Seams;
using Correlation.Silo.Storage.Postgres;
using Npgsql;

namespace Correlation.Silo.Cluster;

/// <summary>
/// The owner says twice a second that it goes on. On a thread of its own: work that waits for others must not look like a
/// process that stands still. It begins before the store is opened and ends after it is closed.
/// </summary>
internal sealed partial class ProcessBeat(
    ProcessTable table, PostgresStore store, TimeProvider time, ILogger<ProcessBeat> logger) : IHostedService, IDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly ManualResetEventSlim _ending = new();
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { Name = "beat", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _ending.Set();
        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose() => _ending.Dispose();

    private void Run()
    {
        var isOwner = false;
        var swept = time.GetTimestamp();
        var warned = true;
        do
        {
            try
            {
                table.Beat(isOwner ? ClusterStates.Owner : ClusterStates.Standby);
                isOwner = isOwner || (store.Held is not null && table.BeginEpoch());
                if (time.GetElapsedTime(swept) > SweepEvery)
                {
                    swept = time.GetTimestamp();
                    table.Sweep();
                }

                warned = false;
            }
            catch (NpgsqlException e)
            {
                // Of a server that has not answered yet whoever opens the store tells.
                LogNoBeat(warned ? LogLevel.Debug : LogLevel.Warning, e.Message);
                warned = true;
            }
        }
        while (!_ending.Wait(Every));

        try
        {
            table.Leave();
        }
        catch (NpgsqlException e)
        {
            LogNoBeat(LogLevel.Debug, e.Message);
        }
    }

    [LoggerMessage("The other processes on the database are not told that this one goes on: {Reason}")]
    private partial void LogNoBeat(LogLevel level, string reason);
}
