using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Intake;

/// <summary>Runs the load as a process and reads the processor times at both ends of its measurement.</summary>
internal static class LoadProcess
{
    /// <summary>
    /// Sends so many alerts once, many per request. One per request is sent again by <c>with</c> another kind and 1.
    /// </summary>
    public static LoadOptions FillOf(BenchServer server, long keys) => new()
    {
        Servers = server.LoadUrls,
        Kind = LoadKind.Fill,
        StartsAt = TimeProvider.System.GetUtcNow()
            .AddMinutes(-1)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        ApiKey = server.ApiKey,
        Keys = keys,
        Connections = 32,
        Alerts = 50,
    };

    public static async Task<Slice> RunAsync(BenchServer server, LoadOptions options, CancellationToken token)
    {
        var start = new ProcessStartInfo(
            ThisProgram.Words[0], [.. ThisProgram.Words[1..], .. options.ToArguments()])
        {
            RedirectStandardOutput = true,
        };
        // All code is compiled fully at first use: the load must cost the same from its first request on.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{ThisProgram.Words[0]} could not be started");
        try
        {
            await ReadLineAsync(process, options, token);
            var machineBefore = ProcessUsage.MachineCpuSeconds();
            var serverBefore = server.CpuByPart;
            var line = await ReadLineAsync(process, options, token);
            PartCpu[] serverCpu = [.. server.CpuByPart.Zip(serverBefore, (after, before) => after with { Seconds = after.Seconds - before.Seconds })];
            var machineCpu = ProcessUsage.MachineCpuSeconds() - machineBefore;
            var load = JsonSerializer.Deserialize<LoadResult>(line)
                ?? throw new InvalidDataException($"the load process wrote {line}");
            var others = (machineCpu - serverCpu.Sum(part => part.Seconds) - load.CpuSeconds) / (load.Seconds * Environment.ProcessorCount);
            await process.WaitForExitAsync(token);
            return new Slice(load, serverCpu, Math.Max(0, others));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<string> ReadLineAsync(Process process, LoadOptions options, CancellationToken token) =>
        await process.StandardOutput.ReadLineAsync(token)
        ?? throw new InvalidOperationException(
            $"The load ended without a result, its error is above: {string.Join(' ', options.ToArguments())}");
}
