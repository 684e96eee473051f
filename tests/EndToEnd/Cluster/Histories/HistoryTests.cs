using System.Net.Http.Json;
using Correlation.EndToEnd.Durability;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Cluster.Histories;

/// <summary>Tests of the test: what must not be is found, and what may be is not.</summary>
public sealed class HistoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("create ok", "1 open")]
    [InlineData("create failed", "none")]
    [InlineData("create unknown", "none|1 open")]
    [InlineData("create unknown, create ok", "1 open|2 open")]
    [InlineData("create ok, close ok", "1 closed")]
    [InlineData("create ok, close ok, create ok", "1 open")]
    [InlineData("create ok, acknowledge ok, create ok", "2 open acknowledged")]
    [InlineData("create ok, close unknown, create ok", "1 open|2 open|2 closed")]
    [InlineData("create ok, create unknown, close ok", "1 closed|2 closed|1 open")]
    public void An_alert_may_be_only_what_its_operations_explain(string operations, string possible)
    {
        SeenAlert[] all =
        [
            .. from count in Enumerable.Range(0, 4)
               from closed in new[] { false, true }
               from acknowledged in new[] { false, true }
               select new SeenAlert(count, closed, acknowledged),
        ];
        var history = HistoryOf(operations);
        var passes = all
            .Where(alert => !history.FaultsOf(new Dictionary<string, SeenAlert> { ["a"] = alert }).Any())
            .Select(Short);
        Assert.Equal(possible.Split('|').Order(), passes.Order());
    }

    [Theory]
    [InlineData("create ok", 1, false)]
    [InlineData("create unknown", 0, true)]
    [InlineData("create ok, acknowledge ok", 1, true)]
    [InlineData("create ok, acknowledge ok, create unknown", 1, true)]
    [InlineData("create ok, close ok", 1, true)]
    [InlineData("create ok, close ok, create unknown", 1, false)]
    [InlineData("create ok, acknowledge unknown", 1, false)]
    public void A_page_after_an_answer_or_for_nothing_is_found(string operations, int count, bool isFault)
    {
        var page = new PageCopy("p", "i", "node:a", 2, Noon.AddMinutes(1), Noon.AddMinutes(1));
        var found = new Dictionary<string, SeenAlert> { ["a"] = new(count, false, false) };
        Assert.Equal(isFault, HistoryOf(operations).FaultsOf(found, [page]).Any());
        Assert.Equal(count == 0, HistoryOf(operations).FaultsOf(found, [page with { DecidedAt = Noon }]).Any());
    }

    [Fact]
    public async Task A_page_that_comes_twice_is_found_and_a_fault_between_explains_one()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 1, TimeSpan.FromSeconds(1));
        using var client = new HttpClient { DefaultRequestHeaders = { { "webhook-id", "p" } } };
        var pages = new Pages(sink, ladder);
        for (var copy = 0; copy < 2; copy++)
        {
            var page = new { timestamp = Noon, data = new { incidentId = "i", entity = "node:a", step = 1 } };
            (await client.PostAsJsonAsync($"{sink.Url}/pages", page)).EnsureSuccessStatusCode();
        }

        var between = pages.All[0].ArrivedAt;
        Assert.Single(pages.Surplus([]));
        Assert.Empty(pages.Surplus([new Outage(between, between, between)]));
        Assert.Single(pages.Surplus([new Outage(Noon, Noon, Noon)]));
    }

    [Fact]
    public async Task A_step_that_is_missing_is_found()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 2, TimeSpan.FromSeconds(1));
        var missing = await Assert.ThrowsAsync<TimeoutException>(
            () => new Pages(sink, ladder).UntilAllStepsAsync(["node:a"], TimeSpan.Zero));
        Assert.Contains("step 2 for node:a", missing.Message, StringComparison.Ordinal);
    }

    private static string Short(SeenAlert alert) => alert.Count == 0
        ? alert == default ? "none" : "impossible"
        : $"{alert.Count} {(alert.IsClosed ? "closed" : "open")}{(alert.IsAcknowledged ? " acknowledged" : "")}";

    /// <summary>A second apart, from noon on.</summary>
    private static History HistoryOf(string operations)
    {
        var history = new History();
        foreach (var (words, n) in operations.Split(", ").Select((operation, n) => (operation.Split(' '), n)))
        {
            var at = Noon.AddSeconds(n);
            var doing = Enum.Parse<Doing>(words[0], ignoreCase: true);
            history.Add(
                new Operation("a", "node:a", doing, Enum.Parse<Outcome>(words[1], ignoreCase: true), at, at, ""));
        }

        return history;
    }
}
