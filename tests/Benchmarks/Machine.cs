using System.Globalization;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks;

/// <summary>What the figures depend on, said above every table.</summary>
internal static class Machine
{
    // Below this a sync does not reach a disk; no real one is faster.
    private const double ImplausibleSyncMicroseconds = 10;

    public static async Task<string> DescribeAsync()
    {
        var sync = SyncMicroseconds();
        if (sync < ImplausibleSyncMicroseconds)
        {
            await Console.Error.WriteLineAsync(
                $"{Path.GetTempPath()} is not on a disk, so syncs are free. Set TMPDIR to a folder that is.");
        }

        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} processors shared with the load, fdatasync {sync:0} microseconds, " +
            $".NET {Environment.Version}, load average at the start {load}.");
    }

    public static double SyncMicroseconds()
    {
        using var folder = new TempFolder("fdatasync");
        return Fdatasync.MedianMicroseconds(folder.Path);
    }
}
