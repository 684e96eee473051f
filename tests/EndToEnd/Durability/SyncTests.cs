using System.Globalization;
using System.Net.Http.Json;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Durability;

/// <summary>A killed process leaves its writes in the page cache: only counting the syncs shows that power may fail too.</summary>
public sealed class SyncTests(ITestOutputHelper output)
{
    private const int Creates = 1000;

    [Fact]
    public async Task Every_create_is_synced_to_disk_by_the_embedded_store()
    {
        using var syncs = new Syncs("correlation.db-wal");
        await using var silo = await SiloProcess.StartNewAsync(new SiloSettings { Prefix = syncs.Prefix });
        var (synced, committed) = (syncs.OfBusiestThread(), await CommitsAsync(silo));

        for (var create = 1; create <= Creates; create++)
        {
            var alert = new { message = "Node is down", alias = $"sync-{create}", entity = "node:gpu-7" };
            using var response = await silo.Client.PostAsJsonAsync("/v2/alerts", alert);
            response.EnsureSuccessStatusCode();
        }

        // The syncs are read last: those commits are all in it.
        committed = await CommitsAsync(silo) - committed;
        synced = syncs.OfBusiestThread() - synced;
        output.WriteLine($"{Creates} creates, {committed} commits, {synced} syncs by the thread that commits");
        Assert.True(committed >= Creates, $"{committed} commits for {Creates} creates, one after the other");
        Assert.True(synced >= committed, $"{synced} syncs for {committed} commits");
    }

    private static async Task<int> CommitsAsync(SiloProcess silo)
    {
        const string Count = "correlation_commit_seconds_count ";
        var metrics = await silo.Client.GetStringAsync("/metrics");
        var line = Assert.Single(metrics.Split('\n'), line => line.StartsWith(Count, StringComparison.Ordinal));
        return int.Parse(line[Count.Length..], CultureInfo.InvariantCulture);
    }
}
