using System.Diagnostics.Metrics;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Gateway.Tests;

/// <summary>The real engine over the real embedded store, in this process, without an edge.</summary>
internal sealed class RunningEngine : IAsyncDisposable
{
    private readonly TempFolder _folder = new("engine");
    private readonly Meter _meter = new(MeterReadings.MeterName);
    private readonly ShardInbox _inbox;
    private readonly ShardHost _host;
    private readonly SqliteReads _reads;

    private RunningEngine(PolicyVersion policy, Action<TurnWrite> committed)
    {
        var options = new ShardOptions();
        var store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        _inbox = new ShardInbox(options);
        var metrics = new ShardMetrics(_meter, NullLogger<Shard>.Instance);
        var shard = new Shard(options, store, _inbox, policy, metrics) { Committed = committed };
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        lifetime.NotifyStarted();
        var clock = new SlewedClock(TimeProvider.System);
        _host = new ShardHost(shard, _inbox, store, clock, lifetime, NullLogger<ShardHost>.Instance);
        _reads = new SqliteReads(_folder.Path);
        Grains = new GrainClient(shard, _inbox, clock, TimeProvider.System);
    }

    public IGrains Grains { get; }

    public IReads Reads => _reads;

    public static async Task<RunningEngine> StartAsync(PolicyVersion policy, Action<TurnWrite>? committed = null)
    {
        var engine = new RunningEngine(policy, committed ?? (_ => { }));
        await engine._host.StartAsync(CancellationToken.None);
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _reads.Dispose();
        _inbox.Dispose();
        _meter.Dispose();
        _folder.Dispose();
    }
}
