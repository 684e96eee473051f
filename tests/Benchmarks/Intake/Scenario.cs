using System.Globalization;
using Correlation.Benchmarks.Load;

namespace Correlation.Benchmarks.Intake;

/// <summary>One way of sending alerts.</summary>
internal sealed record Scenario(LoadKind Kind, long Keys, int Alerts, int Connections)
{
    /// <summary>Every combination that is measured, re-sent alerts first.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. from keys in (long[])[1_000, 100_000]
           from kind in (LoadKind[])[LoadKind.Constant, LoadKind.Changing]
           from alerts in (int[])[1, 64]
           from connections in (int[])[256, 32]
           select new Scenario(kind, keys, alerts, connections),
        .. from alerts in (int[])[1, 64]
           from connections in (int[])[256, 32]
           select new Scenario(LoadKind.New, 0, alerts, connections),
    ];

    /// <summary>What --scenario matches: kind, keys, alerts x connections, <c>constant-1000-1x256</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"{(Kind == LoadKind.New ? "new" : $"{Kind.ToString().ToLowerInvariant()}-{Keys}")}-{Alerts}x{Connections}");
}
