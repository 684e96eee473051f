using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class KindReader
{
    private static readonly Format<TimeSpan> Hold = Format.Duration(TimeSpan.Zero, TimeSpan.FromHours(1));

    public static Kind Read(Entry entry)
    {
        var kind = new Kind(
            entry.Name(Section.Kinds),
            entry.Text("description"),
            entry.Texts("alert_names"),
            entry.Texts("tags"),
            entry.Required("priority", Format.Priority),
            entry.RequiredReference("team", Section.Teams),
            entry.Texts("entity_labels"),
            entry.Find("hold") is { } hold ? entry.Read(hold, Hold) : null,
            entry.Text("runbook").Trim(),
            entry.Texts("actions"));

        // An alert nobody knows what to do about teaches people to ignore alerts.
        if (kind.Runbook.Length == 0)
        {
            entry.WarnMissing("runbook", "nobody knows what to do", "the steps to take, or their URL");
        }

        if (kind.Actions.Count == 0)
        {
            entry.WarnMissing("actions", "there is nothing to do", "at least one action");
        }

        return kind;
    }
}
