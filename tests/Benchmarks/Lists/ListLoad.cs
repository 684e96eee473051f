using System.Diagnostics;
using System.Text.Json;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Lists;

/// <summary>
/// Asks for one list after the other at a steady pace, whether or not the one before is answered: a service that is
/// slow is not asked less, and what waits counts from when it was due.
/// </summary>
internal sealed class ListLoad(SiloServer server, double perSecond)
{
    private readonly Dictionary<ListKind, LatencyHistogram> _latencies = [];
    private readonly List<(ListKind Kind, string Path)> _paths = [];
    private readonly Lock _gate = new();

    public ListResults Results => new(server.Name, _latencies);

    public async Task PrepareAsync(CancellationToken token)
    {
        foreach (var kind in ListKind.All)
        {
            _paths.Add((kind, await PathAsync(kind, token)));
            _latencies[kind] = new LatencyHistogram();
        }
    }

    /// <summary>Those that no index answers, one at a time.</summary>
    public async Task WalkAsync(int times, CancellationToken token)
    {
        foreach (var (kind, path) in _paths.Where(list => list.Kind.Walks))
        {
            for (var i = 0; i < times; i++)
            {
                await AskAsync(kind, path, Stopwatch.GetTimestamp(), token);
            }
        }
    }

    /// <summary>Those that an index answers, in turn.</summary>
    public async Task AskSteadilyAsync(TimeSpan duration, CancellationToken token)
    {
        var paths = _paths.Where(list => !list.Kind.Walks).ToList();
        var asked = new List<Task>();
        var startedAt = Stopwatch.GetTimestamp();
        for (var i = 0; i < duration.TotalSeconds * perSecond; i++)
        {
            var due = startedAt + (long)(i / perSecond * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, token);
            }

            var (kind, path) = paths[i % paths.Count];
            asked.Add(AskAsync(kind, path, due, token));
        }

        await Task.WhenAll(asked);
    }

    private async Task AskAsync(ListKind kind, string path, long due, CancellationToken token)
    {
        using var answer = await server.Client.GetAsync(path, token);
        var body = await answer.Content.ReadAsStringAsync(token);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{kind.Name}: {path} was answered with {answer.StatusCode}: {body}");
        }

        var took = (long)Stopwatch.GetElapsedTime(due).TotalNanoseconds;
        lock (_gate)
        {
            _latencies[kind].Add(took);
        }
    }

    /// <summary>The address of the page that is measured, found by following the pages before it.</summary>
    private async Task<string> PathAsync(ListKind kind, CancellationToken token)
    {
        var path = kind.Path;
        for (var page = 0; page < kind.Follows; page++)
        {
            using var answer = JsonDocument.Parse(await server.Client.GetStringAsync(path, token));
            var next = answer.RootElement.GetProperty("next").GetString()
                ?? throw new InvalidDataException($"{kind.Name} has only {page + 1} pages");
            path = $"{kind.Path}{(kind.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={next}";
        }

        return path;
    }
}

/// <summary>How long each kind of list took on one store.</summary>
internal sealed record ListResults(string Server, IReadOnlyDictionary<ListKind, LatencyHistogram> Latencies);
