using Correlation.Gateway.Seams;

namespace Correlation.Silo.Storage.Sqlite.Reads;

internal sealed class PolicyReads(ReadPool pool)
{
    private const string Rows = """
        SELECT version, at, hash, doc FROM policies WHERE version BETWEEN
            (SELECT MAX(version) FROM policies WHERE version <= ?1 AND hash IS NOT NULL) AND ?1
            AND (length(policies.doc) > 0 OR version = ?1)
        ORDER BY version
        """;

    public ValueTask<StoredPolicy?> FindAsync(long version, CancellationToken cancellationToken) =>
        pool.ReadAsync(connection => Find(connection, version), cancellationToken);

    public static StoredPolicy? Find(ReadConnection connection, long version)
    {
        var rows = connection.Statement(Rows).Add(version).All(row => (
            Version: row.Long(0), At: Milliseconds.Time(row.Long(1)), Hash: row.IsNull(2) ? null : row.Text(2),
            Document: row.Blob(3)));
        if (rows.Count == 0 || rows[^1].Version != version || rows[0].Hash is not { } hash)
        {
            return null;
        }

        var document = connection.Statement("SELECT doc FROM policy_docs WHERE hash = ?")
            .Add(hash)
            .One(row => row.Blob(0));
        return document is null
            ? null
            : PolicyDocument.Read(document, hash, rows.ConvertAll(row => (row.Version, row.At, row.Document)));
    }
}
