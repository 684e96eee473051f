using System.Globalization;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Intake;

/// <summary>The whole run: each scenario on freshly started servers, with the table written row by row.</summary>
internal static class IntakeRun
{
    // Below this a sync does not reach a disk; no real one is faster.
    private const double ImplausibleSyncMicroseconds = 10;

    public static async Task RunAsync(IntakeOptions options, CancellationToken token)
    {
        await WriteMachineAsync();
        await Console.Out.WriteLineAsync(ResultTable.Head);
        var progress = new Progress(options);
        foreach (var scenario in options.Scenarios)
        {
            await using var run = new ScenarioRun(scenario, options, progress);
            foreach (var row in ResultTable.Rows(scenario, await run.RunAsync(token)))
            {
                await Console.Out.WriteLineAsync(row);
            }
        }
    }

    private static async Task WriteMachineAsync()
    {
        using var folder = new TempFolder("fdatasync");
        var sync = Fdatasync.MedianMicroseconds(folder.Path);
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} processors shared with the load, fdatasync {sync:0} microseconds, " +
            $".NET {Environment.Version}, load average at the start {load}.\n"));
        if (sync < ImplausibleSyncMicroseconds)
        {
            await Console.Error.WriteLineAsync(
                $"{Path.GetTempPath()} is not on a disk, so syncs are free. Set TMPDIR to a folder that is.");
        }
    }
}
