using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage;

/// <summary>
/// What a replay reads of a store, also while a service writes to it: nothing is ever written, no lock is taken, and
/// no read
/// lasts. Every read throws <see cref="DbException"/> when the store cannot be read.
/// </summary>
internal interface IRecordedLog : IDisposable
{
    RecordedSpan Span();

    /// <summary>
    /// Decisions of the turns from one to the other, both included, in the order in which they were decided.
    /// </summary>
    IReadOnlyList<RecordedRow> Rows(long firstTurn, long lastTurn);

    /// <summary>Packed repeats of the same turns; none of those that are in the hours.</summary>
    IReadOnlyList<RepeatBatch> Repeats(long firstTurn, long lastTurn);

    /// <summary>What stays of the repeats up to <see cref="RecordedSpan.SummarisedTurn"/>, by hour.</summary>
    IEnumerable<RepeatHour> Hours();

    /// <returns>Null when the version is not kept any more.</returns>
    /// <exception cref="System.Text.Json.JsonException">A newer release wrote it.</exception>
    ValueTask<StoredPolicy?> FindPolicyAsync(long version, CancellationToken cancellationToken);

    /// <summary>What was declared and learnt, as it is now.</summary>
    IReadOnlyList<PolicyChange> Topology();

    /// <summary>As they are now, by id, after the given one.</summary>
    IReadOnlyList<IncidentState> Incidents(string after, int limit);

    /// <summary>All episodes as they are now, by number, after the given one.</summary>
    IReadOnlyList<AlertState> Alerts(long after, int limit);

    /// <summary>In whatever state, by id, after the given one.</summary>
    IReadOnlyList<Delivery> Deliveries(string after, int limit);
}

/// <param name="FirstTurn">The oldest turn of which a decision is kept; 0 when there is none.</param>
/// <param name="SummarisedTurn">Repeats up to it are kept by the hour.</param>
/// <param name="FirstPolicyVersion">Under which the first turn was decided.</param>
/// <param name="PolicyVersion">The newest.</param>
internal sealed record RecordedSpan(
    long FirstTurn, DateTimeOffset FirstAt, long LastTurn, DateTimeOffset LastAt, long SummarisedTurn,
    long FirstPolicyVersion,
    long PolicyVersion)
{
    /// <summary>What both databases ask, in this order.</summary>
    public const string Sql = """
        SELECT COALESCE((SELECT MIN(id) FROM log), 0),
            COALESCE((SELECT at FROM log ORDER BY id LIMIT 1), 0),
            COALESCE((SELECT MAX(id) FROM log), 0), COALESCE((SELECT MAX(turn) FROM turns), 0),
            COALESCE((SELECT at FROM log ORDER BY id DESC LIMIT 1), 0),
            COALESCE((SELECT at FROM turns ORDER BY turn DESC LIMIT 1), 0),
            summarised_turn, COALESCE((SELECT policy FROM log ORDER BY id LIMIT 1), 0), policy_version
        FROM base
        """;

    public bool IsEmpty => FirstTurn == 0;

    /// <summary>A log begins with turn 1.</summary>
    public bool IsPruned => FirstTurn > 1;

    /// <param name="column">The columns of <see cref="Sql"/>.</param>
    public static RecordedSpan Of(Func<int, long> column) => new(
        column(0) >> LogRowId.OrdinalBits,
        Milliseconds.Time(column(1)),
        Math.Max(column(2) >> LogRowId.OrdinalBits, column(3)),
        Milliseconds.Time(Math.Max(column(4), column(5))),
        column(6),
        column(7),
        column(8));
}

/// <summary>A row of the decision log.</summary>
/// <param name="Command">Empty for what did not come from outside, and for the engine's own.</param>
/// <param name="IsAboutAlert">The alert is known that the command was for, or from which it was handed on.</param>
internal sealed record RecordedRow(
    long Turn, int Partition, long Position, DateTimeOffset At, GrainId Grain, string Type, Outcome Outcome,
    string Reason,
    bool IsAboutAlert, long PolicyVersion, ReadOnlyMemory<byte> Command);
