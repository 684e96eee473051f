using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class SilenceRows(Writer writer)
{
    private readonly Statement _set = writer.Prepare("INSERT OR REPLACE INTO silences (id, doc) VALUES (?, ?)");
    private readonly Statement _remove = writer.Prepare("DELETE FROM silences WHERE id = ?");
    private readonly Statement _all = writer.Prepare("SELECT doc FROM silences ORDER BY id");

    public void Write(PolicyChange change)
    {
        switch (change)
        {
            case PolicyChange.SilenceSet(var silence):
                _set.Add(silence.Id).Add(StoredJson.Write(silence)).Run();
                break;
            case PolicyChange.SilenceGone(var id):
                _remove.Add(id).Run();
                break;
            default:
                throw new UnreachableException($"Unknown policy change {change}.");
        }
    }

    public List<Silencing> All() => _all.All(row => StoredJson.Read<Silencing>(row.Blob(0)));
}
