using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Lineage;

/// <summary>
/// A job whose runs a lineage client reports: what its last runs were, what is wrong with it, and when its next run is
/// expected.
/// </summary>
public sealed record JobState : GrainState
{
    /// <summary>URN.</summary>
    public required string Job { get; init; }

    /// <summary>The last event by its client's clock, never ahead of ours.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>Begun and not ended, the latest 16.</summary>
    public ValueList<OpenRun> Open { get; init; } = [];

    /// <summary>
    /// The latest 32 that ended, in the order of their ends: a repeated or late event of one of them changes nothing.
    /// </summary>
    public ValueList<EndedRun> Ended { get; init; } = [];

    /// <summary>The failure that is reported as an alert; null while the last run that counts was good.</summary>
    public EndedRun? Failure { get; init; }

    /// <summary>The latest 8 starts that the schedule named, in order.</summary>
    public ValueList<DateTimeOffset> Nominal { get; init; } = [];

    /// <summary>When the latest scheduled run in fact began.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>
    /// When a run is missed, unless one begins before; null when no schedule is known or one is missed already.
    /// </summary>
    public DateTimeOffset? MissedAt { get; init; }

    /// <summary>The interval that <see cref="MissedAt"/> measures.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>An alert says that a run did not come.</summary>
    public bool Missing { get; init; }

    /// <summary>URNs of what the latest runs read; the first 64.</summary>
    public ValueList<string> Inputs { get; init; } = [];

    /// <summary>URNs of what the latest runs wrote; the first 64.</summary>
    public ValueList<string> Outputs { get; init; } = [];

    /// <summary>Of the latest report: alerts that are nobody's event are sent with it.</summary>
    public string Team { get; init; } = "";

    public string Source { get; init; } = "";

    public ValueList<string> Tags { get; init; } = [];

    public Alerts.Integration Integration { get; init; } = Alerts.Integration.None;

    public string? KeyTeam { get; init; }

    [JsonIgnore]
    public override GrainId Grain => IdOf(Job);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers =>
        MissedAt is { } at ? [GrainTimer.Absence("missed", at, Interval)] : [];

    public static GrainId IdOf(string job) => new(GrainKind.Job, job);
}

public sealed record OpenRun(string RunId, DateTimeOffset At);

/// <param name="Phase">Complete, Abort or Fail.</param>
public sealed record EndedRun(string RunId, RunPhase Phase, DateTimeOffset At);

public abstract record JobCommand : Command
{
    private JobCommand()
    {
    }

    public sealed record Report(RunReport Run) : JobCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due) : JobCommand;
}
