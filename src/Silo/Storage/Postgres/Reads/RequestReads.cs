using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>
/// What became of a request: its row of the decision log, or its entry among the packed repeats of the turn that its id
/// names.
/// </summary>
internal sealed class RequestReads(NpgsqlDataSource pool)
{
    private const string Logged = """
        SELECT log.kind, log.key, type, outcome, reason, at, alert_id, alerts.alias, command, policy
        FROM log LEFT JOIN alerts ON alerts.id = log.alert_id
        WHERE log.id BETWEEN $1 AND $2 AND log.partition = $3 AND position = $4
        """;

    // The episode that was open then, not the one that may have begun since.
    private const string EpisodeAt = """
        SELECT id FROM alerts WHERE alias = $1 AND created_at <= $2 ORDER BY episode DESC LIMIT 1
        """;

    public async ValueTask<RequestStatus?> FindAsync(LogPosition position, CancellationToken cancellationToken) =>
        await FindLoggedAsync(position, cancellationToken) ?? await FindRepeatAsync(position, cancellationToken);

    private async ValueTask<RequestStatus?> FindLoggedAsync(LogPosition position, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Logged);
        var found = await command.With(LogRowId.First(position.Turn)).With(LogRowId.Last(position.Turn))
            .With(position.Partition).With(position.Position).RowsAsync(ReadLogged, cancellationToken);
        return found.FirstOrDefault();
    }

    private async ValueTask<RequestStatus?> FindRepeatAsync(LogPosition position, CancellationToken cancellationToken)
    {
        await using var ask = pool.CreateCommand("SELECT at, repeats FROM turns WHERE turn = $1");
        var turns = await ask.With(position.Turn)
            .RowsAsync(row => (At: Milliseconds.Time(row.GetInt64(0)), Packed: row.Bytes(1)), cancellationToken);
        var turn = turns.FirstOrDefault();
        if (RepeatStatus.Find(turn.Packed, position) is not { } entry)
        {
            return null;
        }

        var (alertId, alias) = entry.Delta is AlertDelta
            ? await EpisodeAtAsync(entry.Grain.Key, turn.At, cancellationToken)
            : (entry.Asked?.AlertId, await AliasOfAsync(entry.Asked?.AlertId, cancellationToken));
        return RepeatStatus.Of(entry, turn.At, alertId, alias);
    }

    private async ValueTask<(Guid?, string?)> EpisodeAtAsync(
        string alias, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var ask = pool.CreateCommand(EpisodeAt);
        var ids = await ask.With(PostgresText.Key(alias)).With(Milliseconds.Of(at))
            .RowsAsync(row => (Guid?)Guid.Parse(row.GetString(0)), cancellationToken);
        return (ids.FirstOrDefault(), alias);
    }

    private async ValueTask<string?> AliasOfAsync(Guid? alertId, CancellationToken cancellationToken)
    {
        if (alertId is not { } id)
        {
            return null;
        }

        await using var ask = pool.CreateCommand("SELECT alias FROM alerts WHERE id = $1");
        return (await ask.With(id.ToString()).RowsAsync(row => row.Key(0), cancellationToken)).FirstOrDefault();
    }

    private static RequestStatus ReadLogged(NpgsqlDataReader row)
    {
        var grain = row.Grain(0, 1);
        var alias = grain.Kind == GrainKind.Alert ? grain.Key : row.IsDBNull(7) ? null : row.Key(7);
        return new RequestStatus(
            grain,
            LoggedAction.Of(row.GetString(2), row.Bytes(8)),
            (Outcome)row.GetInt32(3),
            row.GetString(4),
            Milliseconds.Time(row.GetInt64(5)),
            row.IsDBNull(6) ? null : Guid.Parse(row.GetString(6)),
            alias)
        {
            PolicyVersion = row.GetInt64(9),
        };
    }
}
