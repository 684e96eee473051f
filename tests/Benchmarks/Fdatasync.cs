using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Correlation.Benchmarks;

/// <summary>What a durable commit costs on this disk before any server does anything.</summary>
internal static partial class Fdatasync
{
    private const int Appends = 200;

    /// <summary>The median time of one fdatasync after a small append to a file in the folder.</summary>
    public static double MedianMicroseconds(string folder)
    {
        var path = Path.Combine(folder, "fdatasync");
        var times = new double[Appends];
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var row = new byte[128];
            for (var i = 0; i < Appends; i++)
            {
                RandomAccess.Write(file, row, (long)i * row.Length);
                var startedAt = Stopwatch.GetTimestamp();
                if (fdatasync(file) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                times[i] = Stopwatch.GetElapsedTime(startedAt).TotalMicroseconds;
            }
        }

        File.Delete(path);
        Array.Sort(times);
        return times[Appends / 2];
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);
}
