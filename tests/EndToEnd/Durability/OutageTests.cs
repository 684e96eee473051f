using System.Net.Http.Json;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// While the service is away no sender can be heard, so an outage says nothing about alerts. Ten minutes pass on
/// virtual time in TenMinutesOffTests; here seconds pass, in the real process.
/// </summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Alerts = 1000;
    private const int PerRequest = 50;
    private const int Entities = 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A re-sent alert is over this long after it was sent last. Machines stand still for seconds, and what a sender
    /// could not send again in time is closed rightly.
    /// </summary>
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Resend = TimeSpan.FromSeconds(1);

    /// <summary>The sender's own: when a request had its answer, after the one before it with these alerts began.</summary>
    private readonly SortedDictionary<int, (DateTimeOffset Began, TimeSpan LongestGap)> _requests = [];

    [Fact]
    public async Task A_thousand_firing_alerts_outlive_an_outage_that_is_longer_than_their_expiry()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 1, TimeSpan.FromSeconds(60));
        await using var silo = await SiloProcess.StartNewAsync(new SiloSettings { Configuration = ladder.Folder });
        await SendAsync(silo);
        await sink.WaitForAsync(_ => true, Entities, Deadline, "a page for each entity");

        var killed = Now;
        await silo.KillAsync();
        await UntilAsync(killed + (1.25 * Expiry));
        await silo.StartAsync();
        await UntilAsync(Now + Resend);
        _requests.Clear();
        await SendForAsync(silo, 1.25 * Expiry);

        var (open, closed) = (await CountAsync(silo, "open"), await CountAsync(silo, "closed"));
        var gaps = string.Join(' ', _requests.Values.Select(request => $"{request.LongestGap.TotalSeconds:0.0}"));
        output.WriteLine(
            $"{open} open, {closed} closed, {sink.Requests.Count} pages; longest from sending to sending again, s: {gaps}");
        Assert.Equal((Alerts, 0), (open, closed));
        Assert.Equal(Entities, sink.Requests.Count);

        // Now it is the senders who are silent, and we who listen.
        await Poll.UntilAsync(
            async () => await CountAsync(silo, "open") == 0, Deadline, () => "alerts that are not sent again expire");
    }

    private async Task SendForAsync(SiloProcess silo, TimeSpan span)
    {
        var end = Now + span;
        using var timer = new PeriodicTimer(Resend);
        do
        {
            await SendAsync(silo);
        }
        while (Now < end && await timer.WaitForNextTickAsync());
    }

    private async Task SendAsync(SiloProcess silo)
    {
        foreach (var some in Enumerable.Range(0, Alerts).Chunk(PerRequest))
        {
            var began = Now;
            var endsAt = began + Expiry;
            using var response = await silo.Client.PostAsJsonAsync("/api/v2/alerts", some.Select(alert => new
            {
                labels = new { alertname = "NodeDown", entity = $"node:{alert % Entities}", instance = $"{alert}" },
                annotations = new { summary = $"Seen at {Now:O}" },
                endsAt,
            }));
            response.EnsureSuccessStatusCode();
            var (before, longest) = _requests.GetValueOrDefault(some[0], (began, TimeSpan.Zero));
            _requests[some[0]] = (began, Now - before > longest ? Now - before : longest);
        }
    }

    private static async Task<int> CountAsync(SiloProcess silo, string status)
    {
        using var response = await silo.Client.GetAsync($"/v2/alerts/count?query=status%3D{status}");
        response.EnsureSuccessStatusCode();
        return (await Json.ReadAsync(response)).GetProperty("data").GetProperty("count").GetInt32();
    }

    private static Task UntilAsync(DateTimeOffset time) =>
        Poll.UntilAsync(() => Now >= time, Deadline, () => $"it is {time:O}");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
