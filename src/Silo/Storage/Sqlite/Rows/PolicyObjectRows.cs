using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class PolicyObjectRows(Writer writer)
{
    private readonly Statement _set = writer.Prepare(
        "INSERT OR REPLACE INTO policy_objects (kind, id, doc) VALUES (?, ?, ?)");
    private readonly Statement _remove = writer.Prepare("DELETE FROM policy_objects WHERE kind = ? AND id = ?");
    private readonly Statement _all = writer.Prepare("SELECT kind, id, doc FROM policy_objects ORDER BY kind, id");

    public void Write(PolicyChange change)
    {
        foreach (var made in PolicyObject.Of(change))
        {
            if (made.Document is { } document)
            {
                _set.Add(made.Kind).Add(made.Id).Add(document).Run();
            }
            else
            {
                _remove.Add(made.Kind).Add(made.Id).Run();
            }
        }
    }

    public List<PolicyChange> All() =>
        _all.All(row => new PolicyObject(row.Text(0), row.Text(1), row.Blob(2)).ToChange());
}
