using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class EventHeartbeatTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_stream_without_events_says_that_it_lives_every_15_seconds()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        await using var host = await StartAsync(clock);
        using var lines = await OpenAsync(host);
        var comment = NextCommentAsync(lines);
        await Poll.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return comment.IsCompleted;
            },
            Deadline,
            () => "a comment once 15 s had passed");
        Assert.StartsWith(":", await comment, StringComparison.Ordinal);
        Assert.True(
            clock.GetUtcNow() >= DateTimeOffset.UnixEpoch.AddSeconds(15),
            $"A heartbeat came at {clock.GetUtcNow():T}.");
    }

    [Fact]
    public async Task A_stream_does_not_hold_up_the_end_of_the_process()
    {
        var host = await StartAsync(TimeProvider.System);
        using var lines = await OpenAsync(host);
        await host.Services.GetRequiredService<IHost>()
            .StopAsync(CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Null(await lines.ReadLineAsync().WaitAsync(Deadline));
        await host.DisposeAsync();
    }

    private static Task<GatewayHost> StartAsync(TimeProvider time) => GatewayHost.StartAsync(
        new PolicyOnly(), new Silent(), app => app.MapNative(), services => services.AddNative().AddSingleton(time));

    private static async Task<StreamReader> OpenAsync(GatewayHost host)
    {
        var lines = new StreamReader(await host.Http.GetStreamAsync("/api/v1/events"));
        Assert.Equal("retry: 2000", await lines.ReadLineAsync().WaitAsync(Deadline));
        Assert.Equal("id: 0", await lines.ReadLineAsync().WaitAsync(Deadline));
        Assert.Equal("", await lines.ReadLineAsync().WaitAsync(Deadline));
        return lines;
    }

    private static async Task<string> NextCommentAsync(StreamReader lines)
    {
        while (true)
        {
            var line = await lines.ReadLineAsync() ?? throw new EndOfStreamException("The stream ended.");
            if (line.StartsWith(':'))
            {
                return line;
            }
        }
    }

    private sealed class Silent : NoReads
    {
        public override ValueTask<long> LastEventAsync(CancellationToken cancellationToken) => new(0);

        public override ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
            long after, int limit, CancellationToken cancellationToken) =>
            new([]);
    }
}
