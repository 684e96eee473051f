using System.Collections.Concurrent;
using Correlation.EndToEnd.Durability;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster.Histories;

/// <summary>
/// Several processes on one database under load, something that goes wrong, and what must hold when it is quiet again:
/// nothing that was accepted is lost, nothing that was refused is there, every step is paged for in time and once, and
/// once more at most per fault.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int Steps = 3;

    /// <summary>Accepted before a fault, and again after it.</summary>
    private static readonly int Enough = Environment.GetEnvironmentVariable("CORRELATION_TEST_LONG") == "1" ? 1000 : 60;

    private static readonly TimeSpan Distance = TimeSpan.FromSeconds(2);

    /// <summary>What is due while somebody runs the database is done so soon.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    private readonly ITestOutputHelper _output;
    private readonly WebhookSink _sink;
    private readonly ShortLadder _ladder;
    private readonly History _history = new();
    private readonly List<Outage> _outages = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _load;

    private FaultRun(
        ITestOutputHelper output, WebhookSink sink, ShortLadder ladder, Silos silos, IReadOnlyList<int> processes)
    {
        (_output, _sink, _ladder, Silos) = (output, sink, ladder, silos);
        _load = new Clients(silos, processes, _history).RunAsync(_ending.Token);
    }

    public Silos Silos { get; }

    /// <param name="silos">Processes that may own the database; the first of them does.</param>
    /// <param name="gateways">Processes that never take over, after those.</param>
    /// <param name="at">Which of them the clients speak to; null: all.</param>
    /// <param name="database">Null: a fresh one of the shared server.</param>
    /// <param name="owners">Variables of the first process alone.</param>
    public static async Task<FaultRun> StartAsync(
        ITestOutputHelper output,
        int silos,
        int gateways = 0,
        IReadOnlyList<int>? at = null,
        string? database = null,
        IReadOnlyDictionary<string, string?>? owners = null)
    {
        var sink = await WebhookSink.StartNewAsync();
        var ladder = new ShortLadder(sink.Url, Steps, Distance);
        var all = await Silos.StartAsync(0, ladder.Folder, database);
        try
        {
            for (var n = 0; n < silos + gateways; n++)
            {
                await all.AddAsync(n < silos ? "all" : "gateway", n == 0 ? owners : null);
            }

            for (var n = 1; n < silos + gateways; n++)
            {
                await all.UntilHandsOverAsync(n);
            }
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }

        return new FaultRun(output, sink, ladder, all, at ?? [.. Enumerable.Range(0, silos + gateways)]);
    }

    /// <summary>What is done under load; comes back when requests that were sent after it are accepted again.</summary>
    public async Task HitAsync(string name, Func<Task> fault)
    {
        await UntilAcceptedAsync(TimeProvider.System.GetUtcNow(), Enough);
        var began = TimeProvider.System.GetUtcNow();
        await fault();
        var done = TimeProvider.System.GetUtcNow();
        await UntilAcceptedAsync(done, 1);
        var ready = TimeProvider.System.GetUtcNow();
        _outages.Add(new Outage(began, done, ready));
        _output.WriteLine($"{name}: accepted again after {(ready - done).TotalSeconds:0.00} s");
        await UntilAcceptedAsync(ready, Enough);
    }

    /// <summary>Requests have begun to be turned away.</summary>
    public Task UntilRefusedAsync()
    {
        var since = TimeProvider.System.GetUtcNow();
        return Poll.UntilAsync(
            () => _history.Operations.Any(operation => operation.Outcome == Outcome.Unknown && operation.Sent >= since),
            Silos.Deadline,
            () => "a request is refused");
    }

    /// <summary>Ends the load, waits until it is quiet, and looks at everything.</summary>
    /// <param name="reader">A process to ask.</param>
    /// <param name="clocksDiffer">So far may the time of who decided be from that of the clients.</param>
    public async Task CheckAsync(int reader, TimeSpan clocksDiffer = default)
    {
        await _ending.CancelAsync();
        await _load;
        var found = new ConcurrentDictionary<string, SeenAlert>();
        await Parallel.ForEachAsync(
            _history.ByAlias.Select(alias => alias.Key),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (alias, _) => found[alias] = await Silos.ReadAsync(reader, alias));
        AssertNone(_history.FaultsOf(found));

        var kept = _history.Operations.Where(o => Clients.IsKept(o.Entity) && found[o.Alias].Count > 0)
            .Select(o => o.Entity).ToHashSet();
        var climbed = new Pages(_sink, _ladder, Clients.IsKept);
        await climbed.UntilAllStepsAsync(kept, Silos.Deadline);
        var pages = new Pages(_sink, _ladder);
        AssertNone(_history.FaultsOf(found, pages.All, clocksDiffer));
        AssertNone(climbed.Surplus(_outages));
        AssertNone(climbed.Times(_outages)
            .Where(time => time.Late < TimeSpan.Zero || time.Waited > AtOnce).Select(time => $"{time}"));
        var outcomes = _history.Operations.CountBy(operation => operation.Outcome)
            .Select(count => $"{count.Value} {count.Key}");
        var again = pages.All.Count - pages.All.DistinctBy(page => page.Id).Count();
        _output.WriteLine(
            $"{string.Join(", ", outcomes)} of {found.Count} alerts; {pages.All.Count} pages, {again} of them once more");
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Silos.DisposeAsync();
        await _load;
        await _sink.DisposeAsync();
        _ladder.Dispose();
        _ending.Dispose();
    }

    private Task UntilAcceptedAsync(DateTimeOffset since, int count) => Poll.UntilAsync(
        () =>
            _history.Operations.Count(operation => operation.Outcome == Outcome.Ok && operation.Sent >= since) >= count,
        Silos.Deadline,
        () => $"{count} requests are accepted. The last were\n" +
            $"{string.Join('\n', _history.Operations.TakeLast(10))}\n{Silos.LogTails}");

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{all.Count} faults:\n{string.Join('\n', all.Take(10))}");
    }
}
