using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage.Sqlite.Rows;

/// <summary>Grains without list columns: entities, silences, heartbeats and the like.</summary>
internal sealed class GrainRows(Writer writer)
{
    private readonly Statement _write = writer.Prepare("""
        INSERT INTO grains (kind, key, partition, as_of, shape, doc, tally) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, key) DO UPDATE SET
            as_of = excluded.as_of, shape = excluded.shape, doc = excluded.doc, tally = excluded.tally
        WHERE as_of < excluded.as_of
        """);

    private readonly Statement _tally = writer.Prepare(
        "UPDATE grains SET as_of = ?1, tally = ?2 WHERE kind = ?3 AND key = ?4 AND as_of < ?1");

    private readonly Statement _load =
        writer.Prepare("SELECT as_of, shape, doc, tally FROM grains WHERE kind = ? AND key = ?");

    public void Write(GrainWrite write)
    {
        var grain = write.State.Grain;
        if (write.TallyOnly)
        {
            _tally.Add(write.AsOf).Add(StateWire.Tally(write.State)).Add((long)grain.Kind).Add(grain.Key).Run();
            return;
        }

        _write.Add((long)grain.Kind).Add(grain.Key).Add(write.Partition).Add(write.AsOf).Add(StateWire.Shape)
            .Add(StateWire.Document(write.State)).Add(StateWire.Tally(write.State)).Run();
    }

    public StoredGrain? Load(GrainId grain) =>
        _load.Add((long)grain.Kind).Add(grain.Key)
            .One(row => new StoredGrain(grain, row.Long(0), row.Int(1), row.Blob(2), row.Blob(3)));
}
