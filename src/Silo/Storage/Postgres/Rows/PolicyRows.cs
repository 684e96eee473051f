using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class PolicyRows
{
    private const string Version = "INSERT INTO policies (version, turn, at, hash, doc) VALUES ($1, $2, $3, $4, $5)";

    private const string Document = "INSERT INTO policy_docs (hash, doc) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    public static void Add(NpgsqlBatch batch, TurnWrite turn)
    {
        foreach (var write in turn.Policies)
        {
            var version = batch.Add(Version).With(write.Version).With(turn.Turn).With(Milliseconds.Of(turn.At));
            if (write is PolicyWrite.Whole(var policy))
            {
                var (hash, document) = PolicyDocument.Of(policy);
                version.With<string?>(hash).Bytes(PolicyDocument.Made(policy));
                batch.Add(Document).With(hash).Bytes(document);
            }
            else if (write is PolicyWrite.Changed(_, var change))
            {
                version.With<string?>(null).Bytes(PolicyDocument.Change(change));
            }
        }
    }
}
