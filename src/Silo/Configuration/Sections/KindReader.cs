using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Silo.Configuration.Sections;

internal static class KindReader
{
    private static readonly Format<TimeSpan> Hold = Format.Duration(TimeSpan.Zero, TimeSpan.FromHours(1));
    private static readonly Format<TimeSpan> Lag = Format.Duration(TimeSpan.Zero, TimeSpan.FromDays(365));
    private static readonly Format<TimeSpan> Watch = Format.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));

    private static readonly Format<KindNature> Nature = Format.OneOf(
        ("fault", KindNature.Fault), ("change", KindNature.Change), ("measurement", KindNature.Measurement));

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
            entry.Texts("actions"))
        {
            CausedBy = entry.Entries("caused_by", ReadExplanation),
            Watch = entry.Find("watch") is { } watch ? entry.Read(watch, Watch) : null,
            CauseWindow = entry.Optional("cause_window", Lag, TimeSpan.Zero),
            Nature = entry.Optional("nature", Nature, KindNature.Fault),
            Says = entry.Text("says"),
            IsHeartbeat = entry.Optional("heartbeat", Format.Flag, false),
        };

        // An alert nobody knows what to do about teaches people to ignore alerts.
        if (kind.Runbook.Length == 0)
        {
            entry.WarnMissing("runbook", "nobody knows what to do", "the steps to take, or their URL");
        }

        if (kind.IsHeartbeat && kind.AlertNames.Count == 0)
        {
            entry.WarnMissing("alert_names", "only an alert whose label 'kind' names it is a ping", "the alert's name");
        }

        if (kind.Actions.Count == 0)
        {
            entry.WarnMissing("actions", "there is nothing to do", "at least one action");
        }

        return kind;
    }

    private static Explanation ReadExplanation(Entry entry)
    {
        var kind = entry.RequiredReference("kind", Section.Kinds);
        var lag = entry.Find("lag") is { } at && Entry.Of(entry.Reading, at) is { } range
            ? range.All(ReadLag)
            : new LagRange(TimeSpan.Zero, TimeSpan.FromHours(1));
        return new Explanation(kind, lag, entry.Optional("weight", Format.Share, 1));
    }

    private static LagRange ReadLag(Entry entry)
    {
        var lag = new LagRange(entry.Optional("min", Lag, TimeSpan.Zero), entry.Required("max", Lag));
        if (lag.Max < lag.Min)
        {
            entry.Reading.Error(entry.Where("max"), "is shorter than 'min'", "a duration of at least 'min'");
        }

        return lag;
    }
}
