using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>Durations and defaults. The ranges keep a slip of the pen from silencing or flooding everybody.</summary>
internal static class SettingsReader
{
    private static readonly PolicySettings Default = new() { DefaultTeam = "" };

    /// <summary>Also of teams and escalations, which may have their own.</summary>
    public static Format<TimeSpan> AcknowledgeTimeout { get; } = Format.Duration(
        TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));

    public static PolicySettings Read(Entry entry)
    {
        var settings = new PolicySettings
        {
            DefaultTeam = entry.RequiredReference("default_team", Section.Teams),
            ReopenWindow = Duration("reopen_window", Default.ReopenWindow, TimeSpan.Zero, TimeSpan.FromDays(7)),
            AcknowledgeTimeout = entry.Optional("acknowledge_timeout", AcknowledgeTimeout, Default.AcknowledgeTimeout),
            Reminder = Duration("reminder", Default.Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)),
            Hold = Duration("hold", Default.Hold, TimeSpan.Zero, TimeSpan.FromHours(1)),
            ResolveTimeout = Duration(
                "resolve_timeout", Default.ResolveTimeout, TimeSpan.FromSeconds(10), TimeSpan.FromDays(7)),
            WebhookTimeout = Duration(
                "webhook_timeout", Default.WebhookTimeout, TimeSpan.FromHours(1), TimeSpan.FromDays(30)),
            FlapWindow = Duration("flap_window", Default.FlapWindow, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
            FlapCount = entry.Optional("flap_count", Format.Number(2, 100), Default.FlapCount),
            SilenceAttention = Duration(
                "silence_attention", Default.SilenceAttention, TimeSpan.FromHours(1), TimeSpan.FromDays(365)),
            Retention = entry.Find("retention") is { } retention && Entry.Of(entry.Reading, retention) is { } kept
                ? kept.All(RetentionReader.Read)
                : Default.Retention,
            Correlation = entry.Find("correlation") is { } correlation && Entry.Of(entry.Reading, correlation) is { } found
                ? found.All(CorrelationReader.Read)
                : CorrelationReader.Default,
        };

        // What nobody else takes lands there, so somebody has to be there.
        var at = entry.Where("default_team");
        entry.Reading.OnceAllIsRead(policy =>
        {
            if (policy.FindTeam(settings.DefaultTeam) is { Members.Count: 0 })
            {
                entry.Reading.Error(at, "is a team without members", "a team with at least one member");
            }
        });
        return settings;

        TimeSpan Duration(string key, TimeSpan fallback, TimeSpan from, TimeSpan to) =>
            entry.Optional(key, Format.Duration(from, to), fallback);
    }
}
