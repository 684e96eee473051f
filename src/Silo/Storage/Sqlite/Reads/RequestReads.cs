using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>
/// What became of a request: its row of the decision log, or its entry among the packed repeats of the turn that its id
/// names.
/// </summary>
internal sealed class RequestReads(ReadPool pool)
{
    private const string Logged = """
        SELECT kind, key, type, outcome, reason, at, alert_id, command, policy FROM log
        WHERE id BETWEEN ? AND ? AND partition = ? AND position = ?
        """;

    public ValueTask<RequestStatus?> FindAsync(LogPosition position, CancellationToken cancellationToken) =>
        pool.ReadAsync(
            connection => FindLogged(connection, position) ?? FindRepeat(connection, position), cancellationToken);

    private static RequestStatus? FindLogged(ReadConnection connection, LogPosition position)
    {
        var status = connection.Statement(Logged).Add(LogRowId.First(position.Turn)).Add(LogRowId.Last(position.Turn))
            .Add(position.Partition).Add(position.Position)
            .One(row => new RequestStatus(
                new GrainId((GrainKind)row.Int(0), row.Text(1)),
                LoggedAction.Of(row.Text(2), row.Blob(7)),
                (Outcome)row.Int(3),
                row.Text(4),
                Milliseconds.Time(row.Long(5)),
                row.IsNull(6) ? null : Guid.Parse(row.Text(6)),
                null)
            {
                PolicyVersion = row.Long(8),
            });
        return status is null ? null : status with { Alias = AliasOf(connection, status) };
    }

    private static string? AliasOf(ReadConnection connection, RequestStatus status) =>
        status.Grain.Kind == GrainKind.Alert ? status.Grain.Key : AliasOf(connection, status.AlertId);

    private static string? AliasOf(ReadConnection connection, Guid? alertId) => alertId is { } id
        ? connection.Statement("SELECT alias FROM alerts WHERE id = ?").Add(id.ToString()).One(row => row.Text(0))
        : null;

    private static RequestStatus? FindRepeat(ReadConnection connection, LogPosition position)
    {
        var turn = connection.Statement("SELECT at, repeats FROM turns WHERE turn = ?").Add(position.Turn)
            .One(row => (At: Milliseconds.Time(row.Long(0)), Packed: row.Blob(1)));
        if (RepeatStatus.Find(turn.Packed, position) is not { } entry)
        {
            return null;
        }

        var alertId = entry.Delta is AlertDelta
            ? EpisodeAt(connection, entry.Grain.Key, turn.At)
            : entry.Asked?.AlertId;
        return RepeatStatus.Of(entry, turn.At, alertId, AliasOf(connection, alertId));
    }

    // The episode that was open then, not the one that may have begun since.
    private static Guid? EpisodeAt(ReadConnection connection, string alias, DateTimeOffset at) =>
        connection.Statement("SELECT id FROM alerts WHERE alias = ? AND created_at <= ? ORDER BY episode DESC LIMIT 1")
            .Add(alias).Add(Milliseconds.Of(at)).One(row => (Guid?)Guid.Parse(row.Text(0)));
}
