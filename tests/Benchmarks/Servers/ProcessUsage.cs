using System.Globalization;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>What processes have used so far, from /proc.</summary>
internal static class ProcessUsage
{
    // The kernel reports times in units of USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Processor seconds of the process and its descendants, with those of children that have ended.</summary>
    public static double CpuSeconds(int root) =>
        ProcessTree.WithDescendants(root).Sum(Ticks) / TicksPerSecond;

    /// <summary>Processor seconds that the whole machine has spent working.</summary>
    public static double MachineCpuSeconds()
    {
        // user, nice, system, idle, iowait, irq, softirq, steal; guest times are within user.
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(Number).ToArray();
        return (times.Sum() - times[3] - times[4]) / TicksPerSecond;
    }

    /// <summary>The most memory that this process alone has had.</summary>
    public static double PeakMegabytes(int id) => Megabytes(id, "VmHWM:");

    /// <summary>What it has in memory now.</summary>
    public static double ResidentMegabytes(int id) => Megabytes(id, "VmRSS:");

    private static double Megabytes(int id, string label)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith(label, StringComparison.Ordinal));
        return Number(line[label.Length..line.IndexOf("kB", StringComparison.Ordinal)]) / 1024.0;
    }

    private static long Ticks(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // The name in brackets may hold blanks; of the fields after it these are the process's and its children's.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(Number);
        }
        catch (IOException)
        {
            // It has ended since the tree was read; its parent has its time.
            return 0;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
