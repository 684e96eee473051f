using Correlation.Benchmarks.Load;

namespace Correlation.Benchmarks.Intake;

/// <summary>One measurement of one server: what the load saw, and what the processors did meanwhile.</summary>
/// <param name="Load">What the load process reports.</param>
/// <param name="ServerCpuSeconds">Processor time of the server and its database.</param>
/// <param name="OthersCpuShare">The share of all processors that neither the server nor the load used.</param>
internal sealed record Slice(LoadResult Load, double ServerCpuSeconds, double OthersCpuShare)
{
    public double RequestsPerSecond => Load.Accepted / Load.Seconds;

    public double AlertsPerSecond => Load.Alerts / Load.Seconds;

    public double ServerMicrosecondsPerRequest => ServerCpuSeconds * 1e6 / Math.Max(1, Load.Accepted);

    public double LoadMicrosecondsPerRequest => Load.CpuSeconds * 1e6 / Math.Max(1, Load.Accepted);
}
