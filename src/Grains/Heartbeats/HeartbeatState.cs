using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Heartbeats;

/// <summary>Something that should call regularly. Silence past its interval is an alert.</summary>
public sealed record HeartbeatState : GrainState
{
    public required HeartbeatSettings Settings { get; init; }

    public bool Expired { get; init; }

    public bool Deleted { get; init; }

    /// <summary>
    /// Null until the first ping after creation or enabling: a heartbeat that never beat does not expire.
    /// </summary>
    public DateTimeOffset? CheckAt { get; init; }

    /// <summary>Made by its first ping, and no person has set its interval since: it may become longer by itself.</summary>
    public bool FollowsSource { get; init; }

    /// <summary>
    /// When its source said that it is over. A later ping leaves it there, and it means nothing from then on.
    /// </summary>
    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool IsEnded => EndedAt is not null && !(Pings.LastPingAt > EndedAt);

    [JsonIgnore]
    public HeartbeatTally Pings { get; init; } = new(null);

    [JsonIgnore]
    public override Tally Tally => Pings;

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Heartbeat, Settings.Name);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers =>
        CheckAt is { } at ? [GrainTimer.Absence("silence", at, Settings.Interval)] : [];

    public override GrainState Fold(Delta delta) => this with { Pings = Pings.Fold((HeartbeatDelta)delta) };

    public override GrainState WithTally(Tally tally) => this with { Pings = (HeartbeatTally)tally };
}

public sealed record HeartbeatTally(DateTimeOffset? LastPingAt) : Tally
{
    public HeartbeatTally Fold(HeartbeatDelta delta) =>
        LastPingAt is { } last && last > delta.PingAt ? this : new HeartbeatTally(delta.PingAt);
}

public sealed record HeartbeatDelta(DateTimeOffset PingAt) : Delta;

/// <param name="IntervalUnit">minutes, hours or days: as given, for showing.</param>
public sealed record HeartbeatSettings(
    string Name,
    string Description,
    int IntervalCount,
    string IntervalUnit,
    bool Enabled,
    string OwnerTeam,
    string AlertMessage,
    ValueList<string> AlertTags,
    Priority AlertPriority)
{
    /// <summary>What its alert says.</summary>
    [JsonIgnore]
    public string Message => AlertMessage.Length > 0 ? AlertMessage : $"{Name} is expired";

    [JsonIgnore]
    public TimeSpan Interval => IntervalUnit switch
    {
        "hours" => TimeSpan.FromHours(IntervalCount),
        "days" => TimeSpan.FromDays(IntervalCount),
        _ => TimeSpan.FromMinutes(IntervalCount),
    };

    /// <summary>With an interval of so long, in whole minutes: never shorter.</summary>
    public HeartbeatSettings Every(TimeSpan interval) => this with
    {
        IntervalCount = (int)Math.Max(Math.Ceiling(interval.TotalMinutes), 1),
        IntervalUnit = "minutes",
    };

    /// <summary>With the interval of another.</summary>
    public HeartbeatSettings AsOftenAs(HeartbeatSettings other) => this with
    {
        IntervalCount = other.IntervalCount,
        IntervalUnit = other.IntervalUnit,
    };
}

public abstract record HeartbeatCommand : Command
{
    private HeartbeatCommand()
    {
    }

    /// <summary>Creates it; refused when it exists.</summary>
    public sealed record Create(HeartbeatSettings Settings) : HeartbeatCommand;

    /// <summary>Replaces its settings; a change of Enabled to true waits for the next ping.</summary>
    /// <param name="KeepsInterval">Whoever changes it has said nothing of the interval, which may have become another.</param>
    public sealed record Update(HeartbeatSettings Settings, bool KeepsInterval = false) : HeartbeatCommand;

    public sealed record Delete : HeartbeatCommand;

    public sealed record Ping : HeartbeatCommand;

    /// <summary>
    /// A source says again what it says as long as it lives, which is a ping, or that this is over.
    /// </summary>
    /// <param name="Made">How the heartbeat begins when there is none, and how long one that there is may be silent.</param>
    /// <param name="EndsAt">In the past: over since then. In the future: said again before.</param>
    /// <param name="Resolved">Over in so many words.</param>
    public sealed record Hear(HeartbeatSettings Made, DateTimeOffset? EndsAt, bool Resolved) : HeartbeatCommand
    {
        /// <summary>
        /// An end further ahead is a wrong clock's, and would keep silence from being seen for good: nobody who sends
        /// an end waits for days before the same is sent again.
        /// </summary>
        private static readonly TimeSpan FurthestEnd = TimeSpan.FromDays(1);

        public bool IsOver(DateTimeOffset at) => Resolved || EndsAt <= at;

        /// <summary>Who says it again more seldom than is expected tells so by when it would end.</summary>
        public TimeSpan LongestSilence(DateTimeOffset at)
        {
            var ahead = EndsAt - at ?? TimeSpan.Zero;
            var announced = ahead < FurthestEnd ? ahead : FurthestEnd;
            return announced > Made.Interval ? announced : Made.Interval;
        }
    }

    public sealed record TimerFired(string Name, DateTimeOffset Due) : HeartbeatCommand;
}
