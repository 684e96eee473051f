using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correlation.EndToEnd.Durability;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

/// <summary>
/// A service that was brought back from a backup pages nobody until somebody has looked and released it.
/// </summary>
public sealed class HoldTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_is_overdue_after_a_restore_is_listed_and_waits_for_its_release(Store store)
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 2, TimeSpan.FromSeconds(3));
        using var folder = new TempFolder("hold");
        var file = folder.PathOf("backup");
        var settings = new SiloSettings { Configuration = ladder.Folder, Database = await store.NewDatabaseAsync() };
        await using (var silo = await SiloProcess.StartNewAsync(settings))
        {
            await SendAsync(silo, "waits", "answered");
            await sink.WaitForAsync(_ => true, count: 2, Deadline, "a page for each");
            await AcknowledgeAsync(silo, "answered");
            sink.Instead = new SinkAnswer(503);
            await SendAsync(silo, "stuck");
            await sink.WaitForAsync(page => Is(page, "node:stuck"), Deadline, "a page that does not arrive");
            await Backups.RequireAsync("backup.sh", file, silo.Data, settings.Database);
        }

        var restored = settings with { Database = await store.NewDatabaseAsync() };
        await using var again = new SiloProcess(restored);
        await Backups.RequireAsync("restore.sh", file, again.Data, restored.Database);
        sink.Instead = null;
        var before = sink.Requests.Count;
        await again.StartAsync();
        await SendAsync(again, "new", "dealt with");
        await AcknowledgeAsync(again, "dealt with");
        await Poll.UntilAsync(
            async () => (await HeldAsync(again)).SequenceEqual(["node:new", "node:stuck", "node:waits"]),
            Deadline,
            () => "what is overdue is listed");
        Assert.Contains(
            "nobody is paged until", await again.Client.GetStringAsync("/readyz"), StringComparison.Ordinal);
        Assert.Equal(before, sink.Requests.Count);

        using var release = await again.Client.PostAsync("/api/v1/hold/release", null);
        release.EnsureSuccessStatusCode();
        await sink.WaitForAsync(page => Is(page, "node:waits", step: 2), Deadline, "the step that was overdue");
        await sink.WaitForAsync(page => Is(page, "node:new", step: 2), Deadline, "both steps of what is new");
        await Poll.UntilAsync(
            () => sink.Requests.Skip(before).Any(page => Is(page, "node:stuck", step: 1)), Deadline,
            () => "the page that was stuck");
        Assert.DoesNotContain(
            sink.Requests.Skip(before), page => Is(page, "node:answered") || Is(page, "node:dealt with"));

        await again.KillAsync();
        await again.StartAsync();
        Assert.Empty(await HeldAsync(again));
        using var twice = await again.Client.PostAsync("/api/v1/hold/release", null);
        Assert.Equal(HttpStatusCode.OK, twice.StatusCode);
    }

    private static bool Is(SinkRequest page, string entity, int? step = null) =>
        page.Json.GetProperty("data") is var data && data.GetProperty("entity").GetString() == entity &&
        (step ?? data.GetProperty("step").GetInt32()) == data.GetProperty("step").GetInt32();

    private static async Task SendAsync(SiloProcess silo, params string[] aliases)
    {
        foreach (var alias in aliases)
        {
            using var answer = await silo.Client.PostAsJsonAsync(
                "/v2/alerts", new { message = $"node:{alias}", alias, entity = $"node:{alias}", priority = "P2" });
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task AcknowledgeAsync(SiloProcess silo, string alias)
    {
        using var answer = await silo.Client.PostAsJsonAsync(
            $"/v2/alerts/{Uri.EscapeDataString(alias)}/acknowledge?identifierType=alias", new { user = "ann" });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Titles, by name, of what waits and is overdue.</summary>
    private static async Task<IReadOnlyList<string>> HeldAsync(SiloProcess silo)
    {
        var hold = await silo.Client.GetFromJsonAsync<JsonElement>("/api/v1/hold");
        return [.. hold.GetProperty("overdue").EnumerateArray().Select(incident => incident.GetProperty("title").GetString()!).Order()];
    }
}
