using System.Net.Http.Json;
using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Cluster;

/// <summary>
/// The same input to one process, and to three of which the owner is killed in the middle of it: when all is quiet they
/// have the same alerts and incidents, and have paged the same people for the same steps.
/// </summary>
public sealed class DifferentialTests
{
    private const int Entities = 24;
    private const int Clients = 4;

    /// <summary>
    /// Far longer than a takeover and the first page after it: what is acknowledged in the input is so before the second
    /// step, in both.
    /// </summary>
    private const int SecondStep = 20;

    [Fact]
    public async Task Three_with_a_takeover_come_to_the_same_as_one()
    {
        var one = RunAsync(processes: 1);
        var three = RunAsync(processes: 3);
        Assert.Equal(await one, await three);
        Assert.Equal(
            3 * Entities, (await one).Split('\n').Count(line => line.StartsWith("alias", StringComparison.Ordinal)));
    }

    private static async Task<string> RunAsync(int processes)
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var folder = new TempFolder("policy");
        folder.Write("policy.yaml", $$"""
            settings: { default_team: ml }
            users:
              - { name: ann, contacts: [{ channel: hook }] }
              - { name: bob, contacts: [{ channel: hook }] }
            teams: [{ name: ml, members: [ann, bob], escalation: ladder }]
            channels: [{ name: hook, type: webhook, url: "{{sink.Url}}/pages" }]
            routes: [{ name: all, group_wait: 0s, repeat: 7d }]
            escalations:
              - name: ladder
                steps:
                  - { after: 0s, notify: "user:ann" }
                  - { after: {{SecondStep}}s, notify: "user:bob" }
            """);
        await using var silos = await Silos.StartAsync(processes, folder.Path);
        var killed = Task.CompletedTask;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var entity = client; entity < Entities; entity += Clients)
            {
                if (processes > 1 && entity == Entities / 2)
                {
                    killed = silos[0].KillAsync();
                }

                foreach (var (path, body) in InputOf(entity))
                {
                    if (path.Contains("acknowledge", StringComparison.Ordinal))
                    {
                        // An acknowledgement cancels a page that is not out yet, a race in one process as well.
                        await Poll.UntilAsync(
                            () => sink.Requests.Any(page => EntityOf(page) == $"node:{entity}"), Silos.Deadline, () => $"the page for node:{entity}");
                    }

                    await UntilTakenAsync(silos, processes - 1, path, body);
                }
            }
        }));
        await killed;

        // What nobody acknowledged or closed, of all four sorts of input the first and the last.
        var second = Enumerable.Range(0, Entities)
            .Where(entity => entity % 4 is 0 or 3)
            .Select(entity => $"node:{entity}")
            .ToHashSet();
        await Poll.UntilAsync(
            () => second.All(entity => sink.Requests.Any(page => EntityOf(page) == entity && StepOf(page) == 2)),
            Silos.Deadline,
            () => $"the second step of {second.Count} incidents, of which came {sink.Requests.Count(page => StepOf(page) == 2)}");

        // Of those that were closed at once the first page went out before the close, or was cancelled by it, a race in
        // one process as well; no other page did.
        var closed = Enumerable.Range(0, Entities)
            .Where(entity => entity % 4 == 2)
            .Select(entity => $"node:{entity}")
            .ToHashSet();
        var pages = sink.Requests.ToLookup(page => closed.Contains(EntityOf(page)), LineOf);
        Assert.All(pages[true], page => Assert.EndsWith(" step 1 to ann", page, StringComparison.Ordinal));
        return string.Join('\n', [.. await ListAsync(silos, processes - 1), .. pages[false].Distinct().Order()]);
    }

    private static string LineOf(SinkRequest page) =>
        $"{EntityOf(page)} step {StepOf(page)} to {DataOf(page).GetProperty("who").GetString()}";

    /// <summary>
    /// Three alerts of an entity, in order; then nothing, or one is acknowledged, all are closed, or one is.
    /// </summary>
    private static IEnumerable<(string Path, object Body)> InputOf(int entity)
    {
        for (var alert = 0; alert < 3; alert++)
        {
            var alias = $"{entity}-{alert}";
            yield return ("", new { message = $"Alert {alias}", alias, entity = $"node:{entity}", priority = $"P{3 - alert}" });
        }

        string[] then = (entity % 4) switch
        {
            1 => ["0/acknowledge"],
            2 => ["0/close", "1/close", "2/close"],
            3 => ["1/close"],
            _ => [],
        };
        foreach (var action in then)
        {
            yield return ($"/{entity}-{action}?identifierType=alias", new { user = "ann" });
        }
    }

    private static Task UntilTakenAsync(Silos silos, int at, string path, object body)
    {
        return Poll.UntilAsync(IsTakenAsync, Silos.Deadline, () => $"{path} is taken. {silos.LogTails}");

        async Task<bool> IsTakenAsync()
        {
            try
            {
                using var answer = await silos.Client(at).PostAsJsonAsync("/v2/alerts" + path, body);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    private static async Task<IEnumerable<string>> ListAsync(Silos silos, int at)
    {
        var alerts = await silos.Client(at).GetFromJsonAsync<JsonElement>("/v2/alerts?limit=100");
        var incidents = await silos.Client(at).GetFromJsonAsync<JsonElement>("/api/v1/incidents?limit=100");
        return
        [
            .. Words(alerts.GetProperty("data"), "alias", "message", "priority", "status", "acknowledged"),
            .. Words(incidents.GetProperty("items"), "title", "status", "priority", "team", "acknowledgedBy"),
        ];
    }

    private static IEnumerable<string> Words(JsonElement items, params string[] fields) => items.EnumerateArray().Select(item =>
        string.Join(", ", fields.Select(field => $"{field} {(item.TryGetProperty(field, out var value) ? value : "-")}"))).Order();

    private static JsonElement DataOf(SinkRequest page) => page.Json.GetProperty("data");

    private static string EntityOf(SinkRequest page) => DataOf(page).GetProperty("entity").GetString()!;

    private static int StepOf(SinkRequest page) => DataOf(page).GetProperty("step").GetInt32();
}
