namespace Correlation.Silo.Commands.Replay;

/// <summary>What a replay found, complete; the JSON document is this.</summary>
internal sealed record ReplayReport
{
    /// <summary>What is compared: everything before it was run too, so that it finds its alerts.</summary>
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Where the log begins.</summary>
    public required DateTimeOffset LogBegins { get; init; }

    /// <summary>Which configuration was the first side's.</summary>
    public required string Baseline { get; init; }

    public required string Changed { get; init; }

    /// <summary>What was taken from the log, by kind.</summary>
    public required IReadOnlyDictionary<string, long> Replayed { get; init; }

    /// <summary>What was not, by reason.</summary>
    public required IReadOnlyDictionary<string, long> LeftOut { get; init; }

    public required ReplaySide BaselineRun { get; init; }

    public required ReplaySide ChangedRun { get; init; }

    /// <summary>What is assumed, and what could not be known.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>
    /// From what was recorded to the first side: empty when the log, under the configuration of then, tells again
    /// what happened.
    /// </summary>
    public required Difference Recorded { get; init; }

    /// <summary>From the first side to the changed one.</summary>
    public required Difference Difference { get; init; }
}

/// <param name="Refused">Acts that were carried out when they were recorded and were refused here.</param>
/// <param name="Poison">Commands for which deciding threw.</param>
internal sealed record ReplaySide(IReadOnlyDictionary<string, long> Refused, IReadOnlyDictionary<string, long> Poison);
