using System.Net.Http.Json;
using System.Text.Json;
using Correlation.EndToEnd.Durability;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

/// <summary>The scripts of deploy/backup, on a running service and into an empty store.</summary>
public sealed class BackupTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_was_kept_is_there_again_and_what_was_answered_stays_so(Store store)
    {
        using var folder = new TempFolder("backup");
        var file = folder.PathOf("it's a backup");
        var database = await store.NewDatabaseAsync();
        JsonElement[] before;
        await using (var silo = await SiloProcess.StartNewAsync(new SiloSettings { Database = database }))
        {
            await FireAsync(silo, "churn", "fraud");
            var ids = await IncidentsAsync(silo, count: 2);
            using var answer = await silo.Client.PostAsJsonAsync(
                $"/api/v1/incidents/{ids[0].GetProperty("id").GetString()}/acknowledge",
                new { user = "ml-infra-engineer@example.com" });
            answer.EnsureSuccessStatusCode();
            before = await IncidentsAsync(silo, count: 2, acknowledged: 1);

            await Backups.RequireAsync("backup.sh", file, silo.Data, database);
            await FireAsync(silo, "later");
            await IncidentsAsync(silo, count: 3, acknowledged: 1);
        }

        var restored = await store.NewDatabaseAsync();
        await using var again = new SiloProcess(new SiloSettings { Database = restored });
        await Backups.RequireAsync("restore.sh", file, again.Data, restored);
        await again.StartAsync();
        Assert.Equal(before.Select(Kept), (await IncidentsAsync(again, count: 2, acknowledged: 1)).Select(Kept));

        var twice = await Backups.RunAsync("restore.sh", file, again.Data, restored);
        Assert.True(twice.ExitCode == 1, twice.Output);
        Assert.Contains(
            store == Store.Sqlite ? "move the old store away" : "not empty", twice.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_backup_is_refused_and_leaves_nothing()
    {
        using var folder = new TempFolder("backup");
        var result = await Backups.RunAsync(
            "restore.sh", folder.Write("rubbish", "rubbish"), folder.PathOf("data"), database: null);

        Assert.True(result.ExitCode == 1, result.Output);
        Assert.False(Directory.Exists(folder.PathOf("data")));
    }

    [Fact]
    public async Task A_backup_of_nothing_is_a_failure_that_names_the_setting()
    {
        using var folder = new TempFolder("backup");
        var result = await Backups.RunAsync("backup.sh", folder.PathOf("file"), folder.PathOf("data"), database: null);

        Assert.True(result.ExitCode == 1, result.Output);
        Assert.Contains("CORRELATION_DATA", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static string Kept(JsonElement incident) => string.Join(' ', new[] { "id", "number", "status", "title", "openedAt", "acknowledgedBy" }
        .Select(name => incident.GetProperty(name).ToString()));

    private static async Task FireAsync(SiloProcess silo, params string[] models)
    {
        using var answer = await silo.Client.PostAsJsonAsync("/api/v2/alerts", models.Select(model => new
        {
            labels = new { alertname = "ModelServingLatencyHigh", model, severity = "critical" },
        }));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement[]> IncidentsAsync(SiloProcess silo, int count, int acknowledged = 0)
    {
        JsonElement[] found = [];
        await Poll.UntilAsync(
            async () =>
            {
                var page = await silo.Client.GetFromJsonAsync<JsonElement>("/api/v1/incidents");
                found = [.. page.GetProperty("items").EnumerateArray()];
                return found.Length == count &&
                    found.Count(i => i.GetProperty("status").GetString() == "acknowledged") == acknowledged;
            },
            Deadline,
            () => $"{count} incidents, {acknowledged} of them acknowledged: {string.Join("; ", found)}");
        return found;
    }
}
