using Correlation.Gateway.Query.Events;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class EventFeedTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly History _history = new();
    private readonly EventSignal _signal = new();
    private readonly EventFeed _feed;

    public EventFeedTests() =>
        _feed = new EventFeed(_history, _signal, TimeProvider.System, NullLogger<EventFeed>.Instance);

    public Task InitializeAsync() => _feed.StartAsync(CancellationToken.None);

    public Task DisposeAsync() => _feed.StopAsync(CancellationToken.None);

    public void Dispose() => _feed.Dispose();

    [Fact]
    public async Task Listeners_that_begin_anywhere_each_get_everything_once_and_in_order()
    {
        const int Rows = 20_000;
        var random = new Random(5);
        var listeners = new List<Task>();
        for (var last = 0L; last < Rows;)
        {
            last = _history.Append(random.Next(1, 200));
            _signal.Pulse();
            if (listeners.Count < 40)
            {
                listeners.Add(ReadToEndAsync(random.NextInt64(0, last + 1), Rows));
            }

            await Task.Yield();
        }

        await Task.WhenAll(listeners);
    }

    [Fact]
    public async Task Many_who_are_up_to_date_share_one_read()
    {
        const int Listeners = 200;

        // One who stays: between two crowds the loop would otherwise rest, and begin its window anew behind both.
        using var stays = _feed.Listen();
        var after = _history.Append(10);
        var first = ReadToEndAsync(after, after + 1);
        await Task.WhenAll(first, Task.Run(Append));

        var before = _history.Reads;
        var reading = Enumerable.Range(0, Listeners).Select(_ => ReadToEndAsync(after + 1, after + 2)).ToList();
        Append();
        await Task.WhenAll(reading);
        Assert.True(
            _history.Reads - before < Listeners / 4, $"{_history.Reads - before} reads for {Listeners} listeners.");

        void Append()
        {
            _history.Append(1);
            _signal.Pulse();
        }
    }

    [Fact]
    public async Task A_commit_that_nobody_signalled_is_found_by_polling()
    {
        using var listening = _feed.Listen();
        var reading = _feed.ReadAsync(0, Patience, CancellationToken.None);
        _history.Append(1);
        Assert.Equal(1, Assert.Single(await reading).Id);
    }

    [Fact]
    public async Task Nobody_listening_means_nothing_is_read()
    {
        _history.Append(3);
        _signal.Pulse();
        using (_feed.Listen())
        {
            Assert.Equal(3, (await _feed.ReadAsync(0, Patience, CancellationToken.None)).Count);
        }

        // What the loop was about when the last one left may still be read, so the pulse is waited out first.
        using var listening = _feed.Listen();
        Assert.Empty(await _feed.ReadAsync(3, TimeSpan.FromMilliseconds(50), CancellationToken.None));
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_loses_nothing()
    {
        using var listening = _feed.Listen();
        _history.Append(1);
        Assert.Single(await _feed.ReadAsync(0, Patience, CancellationToken.None));
        _history.Failing = true;
        var reading = _feed.ReadAsync(1, Patience, CancellationToken.None);
        _history.Append(1);
        _signal.Pulse();
        await _history.Failed.Task.WaitAsync(Patience);
        _history.Failing = false;
        Assert.Equal(2, Assert.Single(await reading).Id);
    }

    private async Task ReadToEndAsync(long after, long end)
    {
        using var listening = _feed.Listen();
        while (after < end)
        {
            var frames = await _feed.ReadAsync(after, Patience, CancellationToken.None);
            Assert.True(frames.Count > 0, $"Nothing after {after} of {end} within {Patience.TotalSeconds:0} s.");
            foreach (var frame in frames)
            {
                Assert.Equal(after + 1, frame.Id);
                after = frame.Id;
            }
        }
    }

    /// <summary>Rows numbered without a hole, so that a reader can tell a gap.</summary>
    private sealed class History : NoReads
    {
        private long _last;
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public bool Failing { get; set; }

        public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Append(int rows) => Interlocked.Add(ref _last, rows);

        public override ValueTask<long> LastEventAsync(CancellationToken cancellationToken) =>
            new(Volatile.Read(ref _last));

        public override ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
            long after, int limit, CancellationToken cancellationToken)
        {
            if (Failing)
            {
                Failed.TrySetResult();
                return ValueTask.FromException<IReadOnlyList<TimelineRow>>(new IOException("down"));
            }

            Interlocked.Increment(ref _reads);
            var count = (int)Math.Clamp(Volatile.Read(ref _last) - after, 0, limit);
            return new([.. Enumerable.Range(1, count).Select(i => Row(after + i))]);
        }

        private static TimelineRow Row(long id) =>
            new(id, new GrainId(GrainKind.Incident, "i"), DateTimeOffset.UnixEpoch, "page", "", "");
    }
}
