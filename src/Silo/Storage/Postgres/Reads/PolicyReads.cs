using Correlation.Gateway.Seams;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

internal sealed class PolicyReads(NpgsqlDataSource pool)
{
    private const string Rows = """
        SELECT version, at, policies.hash, policies.doc, policy_docs.doc
        FROM policies LEFT JOIN policy_docs ON policy_docs.hash = policies.hash
        WHERE version BETWEEN
            (SELECT MAX(version) FROM policies WHERE version <= $1 AND hash IS NOT NULL) AND $1
            AND (length(policies.doc) > 0 OR version = $1)
        ORDER BY version
        """;

    public async ValueTask<StoredPolicy?> FindAsync(long version, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Rows);
        var rows = await command.With(version).RowsAsync(
            row => (
                Version: row.GetInt64(0), At: Milliseconds.Time(row.GetInt64(1)),
                Hash: row.IsDBNull(2) ? null : row.GetString(2), Document: row.Bytes(3),
                Configuration: row.IsDBNull(4) ? null : row.Bytes(4)),
            cancellationToken);
        return rows.Count > 0 && rows[^1].Version == version && rows[0] is { Hash: { } hash, Configuration: { } configuration }
            ? PolicyDocument.Read(configuration, hash, rows.ConvertAll(row => (row.Version, row.At, row.Document)))
            : null;
    }
}
