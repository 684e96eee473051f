using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Intake;

/// <summary>One measurement of one server: what the load saw, and what the processors did meanwhile.</summary>
/// <param name="Load">What the load process reports.</param>
/// <param name="ServerCpu">Processor time of the server's processes and its database.</param>
/// <param name="OthersCpuShare">The share of all processors that neither the server nor the load used.</param>
internal sealed record Slice(LoadResult Load, IReadOnlyList<PartCpu> ServerCpu, double OthersCpuShare)
{
    public double RequestsPerSecond => Load.Accepted / Load.Seconds;

    public double AlertsPerSecond => Load.Alerts / Load.Seconds;

    public double ServerMicrosecondsPerRequest => ServerCpu.Sum(PartMicrosecondsPerRequest);

    public double PartMicrosecondsPerRequest(PartCpu part) => part.Seconds * 1e6 / Math.Max(1, Load.Accepted);

    public double LoadMicrosecondsPerRequest => Load.CpuSeconds * 1e6 / Math.Max(1, Load.Accepted);
}
