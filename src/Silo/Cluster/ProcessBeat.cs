using System.Diagnostics.CodeAnalysis;
using Correlation.Gateway.Seams;
using Correlation.Silo.Storage.Postgres;

namespace Correlation.Silo.Cluster;

/// <summary>
/// The owner says twice a second that it goes on. On a thread of its own: work that waits for others must not look like
/// a process that stands still. It begins before the store is opened and ends after it is closed.
/// </summary>
internal sealed partial class ProcessBeat(
    ProcessTable table,
    PostgresStore store,
    ServerNotice notice,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ProcessBeat> logger) : IHostedService, IDisposable
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

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "Whatever a beat meets, the owner goes on; the others see that it is missing.")]
    private void Run()
    {
        var isOwner = false;
        long? swept = null;
        var warned = true;
        do
        {
            try
            {
                isOwner = isOwner && table.BeatAsOwner();
                if (!isOwner)
                {
                    table.Beat(ClusterStates.Standby);

                    // Who forwards to it is to find it serving.
                    isOwner = store.Held is { } held && lifetime.ApplicationStarted.IsCancellationRequested &&
                        table.BeginEpoch(held);
                }

                if (isOwner && (swept is not { } last || time.GetElapsedTime(last) > SweepEvery))
                {
                    swept = time.GetTimestamp();
                    table.Sweep();
                    notice.Text = table.AsynchronousReplicas() is > 0 and var replicas
                        ? $"{replicas} of the server's replicas may lack what was accepted last when it takes over: set " +
                            "synchronous_standby_names, and synchronous_commit to on"
                        : null;
                }

                warned = false;
            }
            catch (Exception e)
            {
                // Of a server that has not answered yet whoever opens the store tells.
                LogNoBeat(warned ? LogLevel.Debug : LogLevel.Warning, e.Message);
                warned = true;
            }
        }
        while (!_ending.Wait(isOwner ? Every : Every / 4));

        try
        {
            table.Leave();
        }
        catch (Exception e)
        {
            LogNoBeat(LogLevel.Debug, e.Message);
        }
    }

    [LoggerMessage("The other processes on the database are not told that this one goes on: {Reason}")]
    private partial void LogNoBeat(LogLevel level, string reason);
}
