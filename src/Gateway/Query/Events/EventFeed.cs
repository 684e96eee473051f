using Correlation.Gateway.Seams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Query.Events;

/// <summary>
/// The history as it grows. One loop reads it for everybody who listens; who is further behind than the window reach
/// back reads the store by itself until it has caught up. A listener is a position and nothing else, so a slow one
/// holds no memory here, and there is no gap and no repeat: both sources are in order of id.
/// </summary>
internal sealed partial class EventFeed(IReads reads, EventSignal signal, TimeProvider time, ILogger<EventFeed> logger)
    : BackgroundService
{
    private const int PageSize = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Commits come by the thousand in a second; reading after each would only repeat the same query.
    /// </summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    private EventWindow _window = new(0, 0, []);
    private int _listeners;

    /// <summary>While this lives the loop reads; without listeners it rests.</summary>
    public IDisposable Listen()
    {
        if (Interlocked.Increment(ref _listeners) == 1)
        {
            signal.Pulse();
        }

        return new Listening(this);
    }

    /// <summary>What came after, in order; empty when nothing did within <paramref name="patience"/>.</summary>
    public async Task<IReadOnlyList<EventFrame>> ReadAsync(
        long after, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var patienceEnds = Task.Delay(patience, time, given.Token);
        try
        {
            while (!patienceEnds.IsCompleted)
            {
                var window = Volatile.Read(ref _window);
                var found = window.Covers(after) ? window.After(after) : await ReadStoreAsync(after, cancellationToken);
                if (found.Count > 0)
                {
                    return found;
                }

                if (window.Covers(after))
                {
                    await Task.WhenAny(window.Replaced, patienceEnds);
                }
                else
                {
                    // The store, asked after the window was made, has nothing up to where the window begins.
                    after = window.From;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            return [];
        }
        finally
        {
            await given.CancelAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var resting = true;
        var pulse = signal.NextAsync(stoppingToken).AsTask();
        try
        {
            while (true)
            {
                await Task.WhenAny(pulse, Task.Delay(PollInterval, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
                if (pulse.IsCompleted)
                {
                    pulse = signal.NextAsync(stoppingToken).AsTask();
                }

                if (Volatile.Read(ref _listeners) == 0)
                {
                    resting = true;
                    continue;
                }

                resting = !await AdvanceAsync(resting, stoppingToken);
                await Task.Delay(ShortestPause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Listeners end by the same signal, which the host gives them.
        }
    }

    /// <returns>False when the store did not answer: the window is then begun anew, like after a rest.</returns>
    private async Task<bool> AdvanceAsync(bool rested, CancellationToken cancellationToken)
    {
        try
        {
            if (rested)
            {
                // Nobody listened for a while: do not read through all that happened since.
                var head = await reads.LastEventAsync(cancellationToken);
                Publish(new EventWindow(head, head, []));
            }

            ArraySegment<EventFrame> page;
            do
            {
                page = await ReadStoreAsync(_window.Head, cancellationToken);
                if (page.Count > 0)
                {
                    Publish(_window.With(page));
                }
            }
            while (page.Count == PageSize);

            return true;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: a reading loop that ended would take the whole host with it, and pages matter more.
            LogUnreadable(fault);
            return false;
        }
    }

    private async Task<ArraySegment<EventFrame>> ReadStoreAsync(long after, CancellationToken cancellationToken)
    {
        var rows = await reads.EventsAsync(after, PageSize, cancellationToken);
        return rows.Select(EventFrame.Of).ToArray();
    }

    private void Publish(EventWindow window)
    {
        var before = _window;
        Volatile.Write(ref _window, window);
        before.Retire();
    }

    private sealed class Listening(EventFeed feed) : IDisposable
    {
        private EventFeed? _feed = feed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _feed, null) is { } left)
            {
                Interlocked.Decrement(ref left._listeners);
            }
        }
    }
}
