using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Grains.Lineage;

/// <summary>What a run event says of its run; the words of OpenLineage.</summary>
public enum RunPhase : byte
{
    Start = 1,
    Running = 2,
    Complete = 3,
    Abort = 4,
    Fail = 5,
    Other = 6,
}

/// <summary>One event of a run, as a lineage client reported it.</summary>
/// <param name="RunId">The client's; a retried try is another run.</param>
/// <param name="At">By the client's clock. Order is by this, not by arrival.</param>
public sealed record RunReport(string RunId, RunPhase Phase, DateTimeOffset At)
{
    /// <summary>By the schedule, when the run should have begun; null for a run of no schedule.</summary>
    public DateTimeOffset? NominalStart { get; init; }

    /// <summary>A failed try that its scheduler will repeat.</summary>
    public bool WillRetry { get; init; }

    /// <summary>URNs, some of them when they are many.</summary>
    public ValueList<string> Inputs { get; init; } = [];

    public ValueList<string> Outputs { get; init; } = [];

    public string Error { get; init; } = "";

    public string Detail { get; init; } = "";

    /// <summary>Whose job it is, where the event says so; a team of the policy.</summary>
    public string Team { get; init; } = "";

    public ValueList<string> Tags { get; init; } = [];

    /// <summary>The client's producer.</summary>
    public string Source { get; init; } = "";

    public Integration Integration { get; init; } = Integration.None;

    public string? KeyTeam { get; init; }
}
