using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Intake;

/// <summary>How long and what to measure.</summary>
internal sealed record IntakeOptions
{
    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>Measured seconds of one slice.</summary>
    public required double SliceSeconds { get; init; }

    /// <summary>Uncounted seconds at the beginning of each slice.</summary>
    public required double LeadInSeconds { get; init; }

    /// <summary>Uncounted seconds before the first slice; a JIT needs some to reach its full speed.</summary>
    public required double WarmUpSeconds { get; init; }

    /// <summary>How often each server has its turn.</summary>
    public required int Pairs { get; init; }

    /// <summary>Of each server in each scenario.</summary>
    public double MeasuredSeconds => SliceSeconds * Pairs;

    /// <summary>The build of this service.</summary>
    public required string SiloDll { get; init; }

    /// <summary>With the other build's.</summary>
    public int MeasuredServers => OtherDll is null ? Servers.Count : Servers.Count + Servers.Count(SiloServer.IsName);

    /// <summary>Another build, which takes turns with it; null when there is none.</summary>
    public string? OtherDll { get; init; }
}
