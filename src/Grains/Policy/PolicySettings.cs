using System.Text.Json.Serialization;

namespace Correlation.Grains.Policy;

/// <summary>Durations and defaults; every one has a key of the same name (snake case) under <c>settings:</c>.</summary>
public sealed record PolicySettings
{
    /// <summary>Team of alerts that nothing else gives one. Must exist.</summary>
    public required string DefaultTeam { get; init; }

    /// <summary>Firing again this soon after a resolve re-opens the incident; later opens anew.</summary>
    public TimeSpan ReopenWindow { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>An acknowledgement nobody renews ends after this and the ladder starts again.</summary>
    public TimeSpan AcknowledgeTimeout { get; init; } = TimeSpan.FromHours(8);

    /// <summary>
    /// An incident whose escalation was climbed as often as it says, and which nobody has taken, is climbed again after
    /// this: no incident is forgotten.
    /// </summary>
    public TimeSpan Reminder { get; init; } = TimeSpan.FromDays(1);

    /// <summary>An alert no incident has confirmed within this opens its own; a kind may set its own hold.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Re-sending sources that give no end time: silence this long closes the alert as expired.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Alerts of an Alertmanager's webhook: silence this long closes them as expired, because a resolve beyond its
    /// <c>max_alerts</c> is never sent. More than twice its <c>repeat_interval</c>, which is 4 hours unless configured.
    /// </summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary>This many openings of one alias within the window make it flapping.</summary>
    public TimeSpan FlapWindow { get; init; } = TimeSpan.FromMinutes(30);

    public int FlapCount { get; init; } = 2;

    /// <summary>A silence that is in force for longer is listed as one that needs attention.</summary>
    public TimeSpan SilenceAttention { get; init; } = TimeSpan.FromDays(7);

    public Retention Retention { get; init; } = new(
        TimeSpan.FromHours(1), TimeSpan.FromDays(30), TimeSpan.FromDays(400));

    public CorrelationSettings Correlation { get; init; } = new();

    /// <summary>Null: alerts do not look for causes.</summary>
    [JsonIgnore]
    public CorrelationSettings? Causes => Correlation.Enabled ? Correlation : null;
}

/// <summary>How long history is kept; the keys of <c>retention:</c>.</summary>
/// <param name="Repeats">Packed repeats, and with them the status of their requests.</param>
/// <param name="Decisions">The decision log, and deliveries that are done.</param>
/// <param name="Closed">Closed alerts and incidents, and their history.</param>
public sealed record Retention(TimeSpan Repeats, TimeSpan Decisions, TimeSpan Closed)
{
    /// <summary>How long a repeated idempotency key is answered as it was at first.</summary>
    public TimeSpan Answers { get; init; } = TimeSpan.FromDays(1);
}
