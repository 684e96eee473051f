using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// SIGTERM: what was begun is ended, what was answered is there, and the next start has nothing to catch up with.
/// </summary>
public sealed class StopTests(ITestOutputHelper output)
{
    private const int Clients = 100;
    private const int Answers = 1000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_stop_under_load_drains_and_checkpoints_within_ten_seconds(Store store)
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 2, TimeSpan.FromSeconds(60));
        await using var silo = await SiloProcess.StartNewAsync(
            new SiloSettings { Configuration = ladder.Folder, Database = await store.NewDatabaseAsync() });
        using var senders = new Senders(silo, Clients, new Random(1));
        var listeners = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ListenAsync(silo)));

        var sending = senders.BeginRound();
        await Poll.UntilAsync(() => senders.Answered >= Answers, Deadline, () => $"{Answers} requests are answered");
        await StopAsync(silo);
        senders.EndRound();
        await sending;
        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        await silo.StartAsync();
        Assert.Contains(silo.Program.Log, line => line.Contains("folding 0 repeats", StringComparison.Ordinal));
        var lost = await senders.SettleAsync();
        output.WriteLine($"{senders.Answered} answered, {lost} lost with their connection");
    }

    [Fact]
    public async Task Who_neither_ends_a_request_nor_answers_a_page_does_not_hold_up_a_stop()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        sink.Answer("/pages", SinkAnswer.Hang);
        using var ladder = new ShortLadder(sink.Url, steps: 1, TimeSpan.FromSeconds(60));
        await using var silo = await SiloProcess.StartNewAsync(new SiloSettings { Configuration = ladder.Folder });
        using var senders = new Senders(silo, 1, new Random(1));
        using var halfSent = await SendHalfAsync(silo);

        var sending = senders.BeginRound();
        await Poll.UntilAsync(() => senders.Answered >= 100, Deadline, () => "100 requests are answered");
        senders.EndRound();
        await sending;
        await sink.WaitForAsync(_ => true, Deadline, "a page");
        await StopAsync(silo);

        await silo.StartAsync();
        Assert.Contains(silo.Program.Log, line => line.Contains("folding 0 repeats", StringComparison.Ordinal));
        await senders.SettleAsync();
    }

    private async Task StopAsync(SiloProcess silo)
    {
        var watch = Stopwatch.StartNew();
        var exitCode = await silo.TerminateAsync(StopWithin);
        output.WriteLine($"ended {watch.Elapsed.TotalSeconds:0.0} s after SIGTERM: {silo.Program.Log[^1].Trim()}");
        Assert.True(exitCode == 0, $"exit code {exitCode}: {silo.Program.LogTail}");
    }

    private static async Task<Stream> ListenAsync(SiloProcess silo)
    {
        var response = await silo.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync();
    }

    private static async Task<TcpClient> SendHalfAsync(SiloProcess silo)
    {
        var url = new Uri(silo.Url);
        var client = new TcpClient(url.Host, url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v2/alerts HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: GenieKey {silo.ApiKey}\r\n" +
            "Content-Length: 1000\r\n\r\n{\"message\":"));
        return client;
    }
}
