using System.Diagnostics;

namespace Correlation.Gateway.Admin;

/// <summary>What every Prometheus client library says about its process.</summary>
internal static class ProcessFigures
{
    public static void Write(Exposition page)
    {
        using var process = Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        page.Single(
            "process_cpu_seconds_total",
            FamilyType.Counter,
            "Processor time used.",
            process.TotalProcessorTime.TotalSeconds);
        page.Single("process_resident_memory_bytes", FamilyType.Gauge, "Memory in use.", process.WorkingSet64);
        page.Single(
            "process_start_time_seconds", FamilyType.Gauge, "Start of the process since the Unix epoch.", started);
        page.Single("process_threads", FamilyType.Gauge, "Threads of the process.", process.Threads.Count);
        if (OperatingSystem.IsLinux())
        {
            page.Single(
                "process_open_fds",
                FamilyType.Gauge,
                "Open file descriptors.",
                Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        }

        page.Single(
            "dotnet_gc_heap_bytes", FamilyType.Gauge, "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        page.Single(
            "dotnet_gc_pause_seconds_total",
            FamilyType.Counter,
            "Time spent paused for garbage collection.",
            GC.GetTotalPauseDuration().TotalSeconds);
        if (page.Begin("dotnet_gc_collections_total", FamilyType.Counter, "Garbage collections."))
        {
            for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            {
                page.Sample(
                    "dotnet_gc_collections_total",
                    Exposition.Label("generation", $"{generation}"),
                    GC.CollectionCount(generation));
            }
        }
    }
}
