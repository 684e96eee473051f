using System.Globalization;
using Correlation.Benchmarks.Intake;
using Correlation.Benchmarks.Lateness;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;
using Correlation.Benchmarks.Storm;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Pages;

internal sealed record PagesOptions(
    IReadOnlyList<string> Servers, double Seconds, long Keys, double PerSecond, string SiloDll);

/// <summary>
/// The peak of re-sent alerts is measured, then half of it goes on while new critical alerts come, each of which pages
/// a webhook at once: from before the alert is sent to when its page is received.
/// </summary>
internal static class PagesRun
{
    private const int Connections = 256;
    private const double LeadIn = 5;
    private const double PeakSeconds = 10;
    private static readonly TimeSpan PagedWithin = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(PagesOptions options, CancellationToken token)
    {
        await Console.Out.WriteLineAsync(await Machine.DescribeAsync() + "\n");
        await Console.Out.WriteLineAsync(
            "| store | peak of re-sent alerts/s | beside | pages | p50 ms | p99 ms | max ms | idle p50 ms | others |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|---|");
        foreach (var name in options.Servers)
        {
            await MeasureAsync(name, options, token);
        }
    }

    private static async Task MeasureAsync(string name, PagesOptions options, CancellationToken token)
    {
        var probes = new Probes();
        var sinkUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var sink = new PageSink(probes.SentAt);
        await sink.StartAsync(sinkUrl, token);
        await using var server = new SiloServer(
            name, options.SiloDll, SiloConfiguration.Behind(Probes.Ladder(sinkUrl)));
        await server.StartAsync();
        var load = LoadProcess.FillOf(server, options.Keys);
        await LoadProcess.RunAsync(server, load, token);
        await server.UntilQuietAsync(token);
        var changing = load with { Kind = LoadKind.Changing, Connections = Connections, Alerts = 1, LeadInSeconds = LeadIn };
        var peak = await LoadProcess.RunAsync(server, changing with { Seconds = PeakSeconds }, token);

        // The first pages of a process cost compiling.
        await probes.SendAsync(server, 50, token);
        var idle = await PagesFromAsync(0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var beside = LoadProcess.RunAsync(
            server, changing with { Rate = peak.RequestsPerSecond / 2, Seconds = options.Seconds }, token);
        await Task.Delay(TimeSpan.FromSeconds(LeadIn), token);
        var first = probes.Next;
        var probing = probes.SendSteadilyAsync(server, TimeSpan.FromSeconds(1 / options.PerSecond), over.Token);
        var half = await beside;
        await over.CancelAsync();
        await probing;
        var pages = await PagesFromAsync(first);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {peak.RequestsPerSecond:N0} | {half.RequestsPerSecond:N0} | {pages.Pages:N0} | {pages.P50:0.0} | " +
            $"{pages.P99:0.0} | {pages.Max:0.0} | {idle.P50:0.0} | {half.OthersCpuShare:0%} |"));

        async Task<Lateness.Lateness> PagesFromAsync(int first)
        {
            await Poll.UntilAsync(
                () => sink.Paged == probes.Next - first,
                PagedWithin,
                () => $"{probes.Next - first} pages ({sink.Paged} came)");
            return sink.Take();
        }
    }
}
