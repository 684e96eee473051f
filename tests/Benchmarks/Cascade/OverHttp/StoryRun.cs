using System.Net.Http.Json;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Servers;
using Correlation.Grains.Topology;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>
/// One case against the service as it is started by anybody: its own process and store, its configuration a folder,
/// lineage declared and messages sent over HTTP when the story says, read over HTTP.
/// </summary>
internal static class StoryRun
{
    /// <summary>After the last message: what is watched and held comes to its end.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(15);

    private const int EdgesPerRequest = 2_000;

    public static async Task<Outcome> OfAsync(CascadeCase cascade, double scale, string dll, CancellationToken token)
    {
        var sink = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var server = new SiloServer(SiloServer.OnSqlite, dll, new StoryFolder(scale, sink).WriteTo);
        await server.StartAsync();
        await DeclareAsync(server.Client, cascade.Observed, token);
        var clock = new StoryClock(
            cascade.Sent.Count > 0 ? cascade.Sent[0].At : CascadeCase.Start,
            TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1), scale);
        await using (var people = new StoryPeople())
        {
            await people.StartAsync(sink, () => (server.Client, clock));
            await SendAsync(new StoryMessages(server.Client, clock), clock, cascade.Sent, token);
            await clock.UntilAsync((cascade.Sent.Count > 0 ? cascade.Sent[^1].At : CascadeCase.Start) + Quiet, token);
            await server.UntilQuietAsync(token);
            return await new StoryReading(server.Client, clock, cascade, people.Blamed).OutcomeAsync(token);
        }
    }

    /// <summary>Each when its time has come; what one sender says of one alert in order.</summary>
    private static async Task SendAsync(
        StoryMessages messages, StoryClock clock, IReadOnlyList<Sending.Sent> all, CancellationToken token)
    {
        var last = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (var sent in all)
        {
            await clock.UntilAsync(sent.At, token);
            last[sent.Alias] = AfterAsync(last.GetValueOrDefault(sent.Alias, Task.CompletedTask), sent);
        }

        await Task.WhenAll(last.Values);

        async Task AfterAsync(Task before, Sending.Sent sent)
        {
            await before;
            await messages.SendAsync(sent, token);
        }
    }

    private static async Task DeclareAsync(HttpClient client, Graph graph, CancellationToken token)
    {
        foreach (var part in graph.Entities.Chunk(EdgesPerRequest / 2))
        {
            await PostAsync(new { entities = part.Select(entity => new { id = entity.Urn, team = entity.Team }) });
        }

        foreach (var part in graph.Edges.Chunk(EdgesPerRequest))
        {
            await PostAsync(new { edges = part.Select(edge => new { from = edge.From, to = edge.To, confidence = edge.Confidence }) });
        }

        async Task PostAsync(object body)
        {
            using var answer = await client.PostAsJsonAsync("/api/v1/topology", body, token);
            answer.EnsureSuccessStatusCode();
        }
    }
}
