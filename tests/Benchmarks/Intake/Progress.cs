using System.Diagnostics;
using System.Globalization;

namespace Correlation.Benchmarks.Intake;

/// <summary>Tells the one who waits, on standard error: standard output is the table's.</summary>
internal sealed class Progress(IntakeOptions options)
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly int _slices = options.Scenarios.Count * options.MeasuredServers * options.Pairs;
    private int _done;

    public void Says(string what) => Console.Error.WriteLine($"[{_done,4}/{_slices}] {what}");

    public void Measured(Scenario scenario, string server, int pair, Slice slice)
    {
        _done++;
        var left = Stopwatch.GetElapsedTime(_startedAt) / _done * (_slices - _done);
        Says(string.Create(CultureInfo.InvariantCulture,
            $"{scenario.Name}: {server} {pair + 1}/{options.Pairs}: {slice.RequestsPerSecond:0} requests/s, " +
            $"others used {slice.OthersCpuShare:0%} of the processors, about {left.TotalMinutes:0.0} minutes left"));
    }
}
