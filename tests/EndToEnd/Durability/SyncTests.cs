using System.Globalization;
using System.Net.Http.Json;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// A killed process leaves its writes in the page cache: only counting the syncs shows that power may fail too.
/// </summary>
public sealed class SyncTests(ITestOutputHelper output)
{
    private const int Creates = 1000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Every_create_is_synced_to_disk_by_the_embedded_store()
    {
        using var syncs = new Syncs("correlation.db-wal");
        await using var silo = await SiloProcess.StartNewAsync(new SiloSettings { Prefix = syncs.Prefix });
        var (synced, committed) = (syncs.OfBusiestThread(), await CommitsAsync(silo));

        await CreateAsync(silo);

        // The syncs are read last: those of all these commits are among them.
        committed = await CommitsAsync(silo) - committed;
        synced = syncs.OfBusiestThread() - synced;
        AssertSynced(committed, synced, "by the thread that commits");
    }

    [Fact]
    public async Task Every_create_is_synced_to_disk_by_PostgreSQL()
    {
        // Its own server: the counter is of all its databases.
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var silo = await SiloProcess.StartNewAsync(
            new SiloSettings { Database = await postgres.CreateDatabaseAsync() });
        var (synced, committed) = (await SyncsAsync(postgres), await CommitsAsync(silo));

        await CreateAsync(silo);

        // A server process adds its counts to the view at its end.
        committed = await CommitsAsync(silo) - committed;
        await silo.KillAsync();
        await Poll.UntilAsync(
            async () => await SyncsAsync(postgres) - synced >= committed,
            Deadline,
            () => $"{Creates} creates in {committed} commits are synced {committed} times");
        AssertSynced(committed, await SyncsAsync(postgres) - synced, "by PostgreSQL");
    }

    private static async Task CreateAsync(SiloProcess silo)
    {
        for (var create = 1; create <= Creates; create++)
        {
            var alert = new { message = "Node is down", alias = $"sync-{create}", entity = "node:gpu-7" };
            using var response = await silo.Client.PostAsJsonAsync("/v2/alerts", alert);
            response.EnsureSuccessStatusCode();
        }
    }

    private void AssertSynced(int committed, int synced, string by)
    {
        output.WriteLine($"{Creates} creates, {committed} commits, {synced} syncs {by}");
        Assert.True(committed >= Creates, $"{committed} commits for {Creates} creates, one after the other");
        Assert.True(synced >= committed, $"{synced} syncs for {committed} commits");
    }

    private static async Task<int> SyncsAsync(PostgresServer postgres)
    {
        await using var connection = new NpgsqlConnection($"{postgres.ConnectionString("postgres")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT wal_sync FROM pg_stat_wal", connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static async Task<int> CommitsAsync(SiloProcess silo)
    {
        const string Count = "correlation_commit_seconds_count ";
        var metrics = await silo.Client.GetStringAsync("/metrics");
        var line = Assert.Single(metrics.Split('\n'), line => line.StartsWith(Count, StringComparison.Ordinal));
        return int.Parse(line[Count.Length..], CultureInfo.InvariantCulture);
    }
}
