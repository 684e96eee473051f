using System.Net.Http.Json;
using System.Text.Json;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Storm;

/// <summary>What the storm's benchmarks send by themselves.</summary>
internal static class Posts
{
    private const int EdgesPerRequest = 2_000;

    /// <param name="node">On which the alert says that it runs.</param>
    public static object Alert(string name, string label, string entity, string cluster, DateTimeOffset startsAt, string? node = null) => new
    {
        labels = new Dictionary<string, string?>
        {
            ["alertname"] = name,
            [label] = entity,
            ["severity"] = "critical",
            ["cluster"] = cluster,
            ["namespace"] = "ml-serving",
            [node is null ? "zone" : "node"] = node ?? "a",
        },
        annotations = new { summary = $"{name} of {entity}" },
        startsAt,
    };

    public static async Task AlertsAsync(SiloServer server, IEnumerable<object> alerts, CancellationToken token)
    {
        using var answer = await server.Client.PostAsJsonAsync("/api/v2/alerts", alerts, token);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task EdgesAsync(SiloServer server, IEnumerable<(string From, string To)> edges, CancellationToken token)
    {
        foreach (var part in edges.Chunk(EdgesPerRequest))
        {
            using var answer = await server.Client.PostAsJsonAsync(
                "/api/v1/topology", new { edges = part.Select(edge => new { from = edge.From, to = edge.To }) }, token);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Open incidents of this cluster's benchmark, the largest first.</summary>
    public static async Task<IReadOnlyList<int>> OpenIncidentsAsync(SiloServer server, CancellationToken token)
    {
        var page = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/incidents?status=open&limit=100", token);
        return [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("openMembers").GetInt32()).OrderDescending()];
    }
}
