using System.Collections.Concurrent;
using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Correlation.Grains.Model;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class SlowClientTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_client_that_takes_nothing_is_dropped_and_what_waits_for_it_is_bounded()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var (history, log) = (new EndlessHistory(), new KeptLog());
        await using var host = await GatewayHost.StartAsync(
            new PolicyOnly(),
            history,
            app => app.MapNative(),
            services => services.AddNative().AddSingleton<TimeProvider>(clock).AddSingleton<ILoggerProvider>(log));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", "0");
        using var answer = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();

        await Poll.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return log.Lines.Any(line => line.Contains("was dropped", StringComparison.Ordinal));
            },
            Deadline,
            () => $"the client to be dropped; {history.Read} rows were read; log: {string.Join('\n', log.Lines)}");

        // Some megabytes lie in the sockets' buffers; the history itself has no end.
        Assert.True(history.Read < 20_000, $"{history.Read} rows of 2 KB were read for a client that took nothing.");
        var buffer = new byte[64 * 1024];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
            }

            throw new EndOfStreamException("The stream ended.");
        }).WaitAsync(Deadline);
    }

    private sealed class EndlessHistory : NoReads
    {
        private const long Last = 1_000_000_000;

        private static readonly string Text = new('x', 2000);
        private long _read;

        public long Read => Volatile.Read(ref _read);

        public override ValueTask<long> LastEventAsync(CancellationToken cancellationToken) => new(Last);

        public override ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
            long after, int limit, CancellationToken cancellationToken)
        {
            if (after >= Last)
            {
                return new([]);
            }

            Interlocked.Add(ref _read, limit);
            return new([.. Enumerable.Range(1, limit).Select(i => Row(after + i))]);
        }

        private static TimelineRow Row(long id) =>
            new(id, new GrainId(GrainKind.Incident, "i"), DateTimeOffset.UnixEpoch, "note", Text, "");
    }

    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose() => Lines.Clear();
    }
}
