using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>
/// How alerts find their cause. Without the block the defaults hold; <c>enabled: false</c> turns it off.
/// </summary>
internal static class CorrelationReader
{
    public static readonly CorrelationSettings Default = new() { Enabled = true };

    private static readonly Format<string> EntityType = Format.Of(
        "a lower-case letter, then at most 39 of a-z, 0-9 and _",
        "is not a type of entities",
        text =>
            text is [>= 'a' and <= 'z', ..] && text.Length <= 40 &&
                text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'));

    public static CorrelationSettings Read(Entry entry)
    {
        return new CorrelationSettings
        {
            Enabled = entry.Optional("enabled", Format.Flag, true),
            EdgeFade = Duration("edge_fade", Default.EdgeFade, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)),
            RunGrace = Duration("run_grace", Default.RunGrace, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)),
            EntityTypes = [.. entry.Items("entity_types").Select(item => entry.Read(item, EntityType))],
            Settle = Duration("settle", Default.Settle, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            Lateness = Duration("lateness", Default.Lateness, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Threshold = entry.Optional("threshold", Format.Share, Default.Threshold),
            Margin = entry.Optional("margin", Format.Share, Default.Margin),
            Slack = Duration("slack", Default.Slack, TimeSpan.Zero, TimeSpan.FromHours(6)),
            SymptomWindow = Duration(
                "symptom_window", Default.SymptomWindow, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            SuspectBranches = entry.Optional("suspect_branches", Format.Number(2, 1_000), Default.SuspectBranches),
            SuspectShare = entry.Optional("suspect_share", Format.Share, Default.SuspectShare),
            SharedBranches = entry.Optional("shared_branches", Format.Number(2, 1_000), Default.SharedBranches),
            Gather = Duration("gather", Default.Gather, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            Fleeting = Duration("fleeting", Default.Fleeting, TimeSpan.Zero, TimeSpan.FromDays(1)),
            SharedWindow = Duration(
                "shared_window", Default.SharedWindow, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            SharedLabels = entry.Find("shared_labels") is null ? Default.SharedLabels : entry.Texts("shared_labels"),
            TimeScale = entry.Optional("time_scale", Format.Decimal(0.001, 1_000_000), Default.TimeScale),
        };

        TimeSpan Duration(string key, TimeSpan fallback, TimeSpan from, TimeSpan to) =>
            entry.Optional(key, Format.Duration(from, to), fallback);
    }
}
