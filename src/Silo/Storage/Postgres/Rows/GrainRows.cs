using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

/// <summary>Grains without list columns: entities, silences, heartbeats and the like.</summary>
internal static class GrainRows
{
    private const string Write = """
        INSERT INTO grains AS stored (kind, key, partition, as_of, shape, doc, tally)
        SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::int[], $6::bytea[], $7::bytea[])
        ON CONFLICT (kind, key) DO UPDATE SET
            as_of = excluded.as_of, shape = excluded.shape, doc = excluded.doc, tally = excluded.tally
        WHERE stored.as_of < excluded.as_of
        """;

    private const string Tally = """
        UPDATE grains AS stored SET as_of = given.as_of, tally = given.tally
        FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bytea[]) AS given (kind, key, as_of, tally)
        WHERE stored.kind = given.kind AND stored.key = given.key AND stored.as_of < given.as_of
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        var whole = new Dictionary<GrainId, GrainWrite>();
        var tallies = new Dictionary<GrainId, GrainWrite>();
        foreach (var grain in write.Grains)
        {
            if (grain.State is not (AlertState or ClosedAlertState or RestingAlert or IncidentState))
            {
                (grain.TallyOnly ? tallies : whole)[grain.State.Grain] = grain;
            }
        }

        if (whole.Count > 0)
        {
            var rows = whole.Values.ToList();
            batch.Add(Write)
                .Column(rows, row => (int)row.State.Grain.Kind).Keys(rows, row => row.State.Grain.Key)
                .Column(rows, row => row.Partition).Column(rows, row => row.AsOf).Column(rows, _ => StateWire.Shape)
                .Column(rows, row => StateWire.Document(row.State)).Column(rows, row => StateWire.Tally(row.State));
        }

        if (tallies.Count > 0)
        {
            var rows = tallies.Values.ToList();
            batch.Add(Tally)
                .Column(rows, row => (int)row.State.Grain.Kind).Keys(rows, row => row.State.Grain.Key)
                .Column(rows, row => row.AsOf).Column(rows, row => StateWire.Tally(row.State));
        }
    }
}
