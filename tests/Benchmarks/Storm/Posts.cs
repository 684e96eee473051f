using System.Net.Http.Json;
using System.Text.Json;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Storm;

/// <summary>What the storm's benchmarks send by themselves.</summary>
internal static class Posts
{
    private const int EdgesPerRequest = 2_000;

    /// <param name="node">On which the alert says that it runs.</param>
    public static object Alert(
        string name, string label, string entity, string cluster, DateTimeOffset startsAt, string? node = null,
        string? instance = null)
    {
        var labels = new Dictionary<string, string>
        {
            ["alertname"] = name,
            [label] = entity,
            ["severity"] = "critical",
            ["cluster"] = cluster,
            ["namespace"] = "ml-serving",
            ["instance"] = instance ?? "monitor",
            [node is null ? "zone" : "node"] = node ?? "a",
        };
        return new { labels, annotations = new { summary = $"{name} of {entity}" }, startsAt };
    }

    public static async Task AlertsAsync(SiloServer server, IEnumerable<object> alerts, CancellationToken token)
    {
        if (!await TryAlertsAsync(server, alerts, token))
        {
            throw new InvalidOperationException("An alert was refused with 503.");
        }
    }

    /// <returns>False when it is to be sent again.</returns>
    public static async Task<bool> TryAlertsAsync(
        SiloServer server, IEnumerable<object> alerts, CancellationToken token)
    {
        using var answer = await server.Client.PostAsJsonAsync("/api/v2/alerts", alerts, token);
        return answer.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable &&
            answer.EnsureSuccessStatusCode() is not null;
    }

    public static async Task EdgesAsync(
        SiloServer server, IEnumerable<(string From, string To)> edges, CancellationToken token)
    {
        foreach (var part in edges.Chunk(EdgesPerRequest))
        {
            using var answer = await server.Client.PostAsJsonAsync(
                "/api/v1/topology", new { edges = part.Select(edge => new { from = edge.From, to = edge.To }) }, token);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>How many open members each open incident has, the largest first.</summary>
    public static async Task<IReadOnlyList<int>> OpenIncidentsAsync(SiloServer server, CancellationToken token)
    {
        var found = new List<int>();
        for (var next = ""; next is not null;)
        {
            var page = await server.Client.GetFromJsonAsync<JsonElement>(
                $"/api/v1/incidents?status=open&limit=100&cursor={next}", token);
            found.AddRange(
                page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("openMembers").GetInt32()));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        return [.. found.OrderDescending()];
    }
}
