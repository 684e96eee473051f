using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.TestKit;
using Correlation.TestKit.Memory;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class ShardHostTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(20);

    private readonly Meter _meter = new("test");
    private readonly MemoryDisk _disk = new();
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero));

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task Before_the_server_lets_senders_in_their_silence_does_not_count()
    {
        await using (var before = await StartAsync())
        {
            before.Lifetime.NotifyStarted();
            await before.Client.SendAsync(Drift, Fires(), CommandClass.Intake);
        }

        _clock.Advance(2 * Expiry);
        await using var after = await StartAsync();
        Assert.Equal(AlertStatus.Open, await PassAsync(after.Client, Expiry + TimeSpan.FromSeconds(4)));

        after.Lifetime.NotifyStarted();
        Assert.Equal(AlertStatus.Open, await PassAsync(after.Client, Expiry - TimeSpan.FromSeconds(2)));
        Assert.Equal(AlertStatus.Closed, await PassAsync(after.Client, TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public async Task That_senders_are_let_in_is_logged_as_the_time_from_which_silence_counts()
    {
        DateTimeOffset letIn;
        await using (var running = await StartAsync())
        {
            await PassAsync(running.Client, TimeSpan.FromSeconds(4));
            letIn = _clock.GetUtcNow();
            running.Lifetime.NotifyStarted();
            await PassAsync(running.Client, TimeSpan.FromSeconds(4));
        }

        var heard = _disk.Journal.SelectMany(turn => turn.Log).Where(row => row.Type == "listening" && row.At >= letIn).ToList();
        Assert.Equal(Partitions.Count, heard.Count);
        Assert.All(heard, row => Assert.Equal("Senders are let in; silence counts from now", row.Reason));
    }

    /// <summary>In turns so close to one another that none of them shows a standstill.</summary>
    private async Task<AlertStatus> PassAsync(GrainClient client, TimeSpan span)
    {
        for (var end = _clock.GetUtcNow() + span; _clock.GetUtcNow() < end;)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            await client.ReadAsync(Drift);
        }

        return (await client.ReadAsync(Drift) as AlertState)?.Status ?? AlertStatus.Closed;
    }

    private AlertCommand.Receive Fires() => new(new Signal
    {
        Alias = Drift.Key,
        Message = "drift",
        ResendsWhileFiring = true,
        EndsAt = _clock.GetUtcNow() + Expiry,
    });

    private async Task<Running> StartAsync()
    {
        var options = new ShardOptions();
        var store = new MemoryStore(_disk);
        var inbox = new ShardInbox(options);
        var shard = new Shard(
            options, store, inbox, Policies.Small, new ShardMetrics(_meter, NullLogger<Shard>.Instance));
        var clock = new SlewedClock(_clock);
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var host = new ShardHost(shard, inbox, store, clock, lifetime, NullLogger<ShardHost>.Instance);
        await host.StartAsync(CancellationToken.None);
        return new Running(host, lifetime, new GrainClient(shard, inbox, clock, _clock));
    }

    private sealed record Running(ShardHost Host, ApplicationLifetime Lifetime, GrainClient Client) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Host.StopAsync(CancellationToken.None);
    }
}
