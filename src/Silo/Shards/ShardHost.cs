using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Correlation.Gateway.Seams;
using Correlation.Silo.Hosting;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

/// <summary>Gives the shard its thread and its time, and ends it in order: drained and checkpointed.</summary>
public sealed partial class ShardHost(
    Shard shard, ShardInbox inbox, IStore store, SlewedClock clock, IHostApplicationLifetime lifetime,
    ILogger<ShardHost> logger)
    : IHostedService
{
    private static readonly TimeSpan RetryStoreAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(4);

    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly QuietCollection _quiet = new();
    private volatile bool _stopping;
    private bool _started;
    private bool _isHeard;

    /// <summary>The loop's last fault, for /readyz; null when it runs.</summary>
    public string? Fault { get; private set; }

    /// <summary>Waits for recovery: nothing is listened to before it.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        var thread = new Thread(Run) { Name = "shard", IsBackground = true };
        using (ExecutionContext.SuppressFlow())
        {
            thread.Start();
        }

        return _recovered.Task;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started)
        {
            return;
        }

        inbox.Close();
        _stopping = true;
        inbox.Wake();
        await _ended.Task.WaitAsync(cancellationToken);
    }

    private void Run()
    {
        try
        {
            shard.Recover(clock.Now);
            clock.NotBefore(shard.LastAt);
            LogRecovered(shard.Folded);
            _recovered.SetResult();
        }
        catch (Exception e)
            when (e is StoreRefusedException or DbException or IOException or UnauthorizedAccessException)
        {
            _recovered.SetException(e as StoreRefusedException ?? new StoreRefusedException(
                $"The store that CORRELATION_DATABASE names, or else the one in CORRELATION_DATA, cannot be opened: {e.Message}", e));
            _ended.SetResult();
            return;
        }

        Loop();
        store.Dispose();
        _ended.SetResult();
    }

    [SuppressMessage(
        "Design", "CA1031", Justification = "The process ends in order, with an exit code, whatever was thrown.")]
    private void Loop()
    {
        var drainEnd = DateTimeOffset.MaxValue;
        while (true)
        {
            if (_stopping && drainEnd == DateTimeOffset.MaxValue)
            {
                shard.IsStopping = true;
                drainEnd = clock.Now + DrainWithin;
            }

            var now = clock.Now;
            if (_stopping && (shard.IsDrained || now >= drainEnd))
            {
                shard.FailWaiting(new UnavailableException("The service is stopping", TimeSpan.FromSeconds(2)));
                LogStopped(shard.IsDrained);
                return;
            }

            if (!_isHeard)
            {
                // The server lets senders in only when all else has started, which may take long on a busy machine.
                _isHeard = lifetime.ApplicationStarted.IsCancellationRequested;
                shard.ListenFrom(now, _isHeard);
            }

            DateTimeOffset next;
            try
            {
                next = shard.Turn(now);
                Fault = null;
            }
            catch (Exception e) when ((e is CommitUnknownException or DbException) && !store.MustRestartAfterUnknown)
            {
                // Nobody is left waiting while the database is away; each attempt starts with a recovery.
                Fault = e.Message;
                LogRecovering(e);
                shard.FailWaiting(new UnavailableException("The store does not answer", TimeSpan.FromSeconds(2)));
                Thread.Sleep(RetryStoreAfter);
                continue;
            }
            catch (Exception e)
            {
                // What is on disk is unknown to this process, or it met what it cannot go on with: only a fresh start
                // reads the truth.
                Fault = e.Message;
                LogEnding(e);
                inbox.Close();
                shard.FailWaiting(new UnavailableException("The store failed", TimeSpan.FromSeconds(2)));
                Environment.ExitCode = 70;
                lifetime.StopApplication();
                return;
            }

            var wait = next - clock.Now;
            if (wait > TimeSpan.Zero && !_stopping)
            {
                if (shard.HasShrunk() | _quiet.IsDue(clock.Now, GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(forceFullCollection: false)))
                {
                    // Nothing is allocated while nothing happens, so that nothing would be collected either.
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    NativeMemory.GiveBack();
                }

                inbox.Wait(wait);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Recovered, folding {Repeats} repeats; grains are served")]
    private partial void LogRecovered(int repeats);

    [LoggerMessage(LogLevel.Information, "The loop has ended; drained: {Drained}")]
    private partial void LogStopped(bool drained);

    [LoggerMessage(
        LogLevel.Error, "The store does not answer, or not whether it wrote: dropping memory and recovering")]
    private partial void LogRecovering(Exception error);

    [LoggerMessage(LogLevel.Critical, "The store failed and only a restart reads the truth: the process ends")]
    private partial void LogEnding(Exception error);
}
