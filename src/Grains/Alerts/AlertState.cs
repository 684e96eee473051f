using System.Text.Json.Serialization;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;

namespace Correlation.Grains.Alerts;

public enum AlertStatus : byte
{
    Open = 1,
    Closed = 2,

    /// <summary>Deleted by a person: kept so that the next episode gets new ids, shown nowhere.</summary>
    Deleted = 3,
}

/// <summary>Different things: the source said so, it fell silent, a person decided, or nobody answered.</summary>
public enum ClosedHow : byte
{
    ResolvedBySource = 1,
    Expired = 2,
    ClosedByPerson = 3,

    /// <summary>Its incident's escalation closes what nobody answers.</summary>
    ClosedByEscalation = 4,
}

/// <summary>The current episode of an alias.</summary>
public sealed record AlertState : GrainState, INumbered
{
    /// <summary>What people can ask before an incident holds the alert, which is a matter of seconds.</summary>
    public const int MostWaiting = 100;

    public required string Alias { get; init; }

    /// <summary>1 for the alias's first opening; each create after a close is the next.</summary>
    public required int Episode { get; init; }

    public required Guid Id { get; init; }

    /// <summary>The short number (Opsgenie's tinyId).</summary>
    public long Number { get; init; }

    public AlertStatus Status { get; init; } = AlertStatus.Open;

    /// <summary>What the source said at the opening. Source fields; people write <see cref="Edits"/>.</summary>
    public required Signal Signal { get; init; }

    /// <summary>
    /// Starts that re-sends named beside the opening's, in their order; some of them. Two Prometheus servers that watch
    /// the same thing each have their own.
    /// </summary>
    public ValueList<DateTimeOffset> OtherStarts { get; init; } = [];

    public AlertEdits Edits { get; init; } = AlertEdits.None;

    public required Classification Class { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public ClosedHow? ClosedHow { get; init; }

    public string ClosedBy { get; init; } = "";

    /// <summary>
    /// After a close that was not the source's: it has said since that it is over, so the next firing is a new episode.
    /// </summary>
    public bool SourceResolvedSince { get; init; }

    /// <summary>It was closed because its incident was resolved; what opens that again lets it open, too.</summary>
    public bool ClosedWithIncident { get; init; }

    public string? IncidentId { get; init; }

    /// <summary>
    /// How often people had resolved the incident when it took the alert: only a later resolve closes it.
    /// </summary>
    public int IncidentResolves { get; init; }

    /// <summary>How often it has left an incident.</summary>
    public int Stay { get; init; }

    /// <summary>The merged incident it came from; null when it still is where it was placed.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>What people asked before an incident held the alert; handed to it when it does.</summary>
    public ValueList<IncidentCommand.ByPerson> Waiting { get; init; } = [];

    public bool Seen { get; init; }

    /// <summary>What holds its pages back; see <see cref="Policy.Suppressor"/>.</summary>
    public ValueList<string> SuppressedBy { get; init; } = [];

    /// <summary>Since when something has held it back without a break; null when nothing does.</summary>
    public DateTimeOffset? SuppressedSince { get; init; }

    /// <summary>Null while no inhibition rule concerns it.</summary>
    public InhibitionStanding? Inhibition { get; init; }

    /// <summary>Null while alerts do not look for causes.</summary>
    public AlertCauses? Causes { get; init; }

    /// <summary>The latest opening times inside the flap window, oldest first; no more than make it flap.</summary>
    public ValueList<DateTimeOffset> Openings { get; init; } = [];

    public int NoteCount { get; init; }

    /// <summary>Due times; <see cref="Timers"/> is derived from them.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    public DateTimeOffset? SuppressedUntil { get; init; }

    public DateTimeOffset? ExpiryCheckAt { get; init; }

    public TimeSpan ExpiryInterval { get; init; }

    [JsonIgnore]
    public AlertTally Count { get; init; } = new(1, default, null, null);

    [JsonIgnore]
    public override Tally Tally => Count;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Characters =>
        Signal.Characters + (Count.Texts?.Characters ?? 0) + Edits.AddedDetails.Characters;

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Alert, Alias);

    /// <summary>Owner of the episode's history and notes: they stay with its id when the alias moves on.</summary>
    [JsonIgnore]
    public GrainId History => new(GrainKind.ClosedAlert, Id.ToString());

    public bool Flapping { get; init; }

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers
    {
        get
        {
            if (HoldUntil is { } hold)
            {
                yield return new GrainTimer("hold", hold);
            }

            if (SuppressedUntil is { } until)
            {
                yield return new GrainTimer("suppressed", until);
            }

            if (Inhibition?.AskAt is { } ask)
            {
                yield return GrainTimer.Absence("inhibited", ask, InhibitionState.AskEvery);
            }

            if (Causes?.SettleAt is { } settle)
            {
                yield return new GrainTimer("settle", settle);
            }

            if (Status == AlertStatus.Open && Causes?.FleetingUntil is { } fleeting)
            {
                yield return new GrainTimer("lasts", fleeting);
            }

            if (Status == AlertStatus.Open && Causes?.WaveAt is { } wave)
            {
                yield return new GrainTimer("wave", wave);
            }

            if (Causes?.TellAt is { } tell)
            {
                yield return new GrainTimer(
                    "tell", tell, Read: new ItemRange("followers", Causes.TellAfter ?? "", AlertCauses.Page));
            }

            if (Causes?.ForgetAt is { } forget)
            {
                yield return new GrainTimer("forget", forget);
            }

            if (ExpiryCheckAt is { } expiry)
            {
                yield return GrainTimer.Absence("expiry", expiry, ExpiryInterval);
            }
        }
    }

    /// <summary>
    /// When the problem began, by whoever saw it first; when we heard of it where the source has no such notion.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset StartsAt => OtherStarts.Append(Signal.StartsAt ?? CreatedAt).Min();

    /// <summary>The latest start named in the episode; null where the source has no such notion.</summary>
    [JsonIgnore]
    public DateTimeOffset? LatestStart =>
        OtherStarts.Select(start => (DateTimeOffset?)start).Append(Signal.StartsAt).Max();

    /// <summary>
    /// Of a source that re-sends: the end it announced last, as long as that lay ahead when it was last seen; else its
    /// usual interval from then. When that passes in silence the alert has expired.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset SilentUntil =>
        Count.EndsAt is { } end && end > Count.LastSeenAt ? end : Count.LastSeenAt + ExpiryInterval;

    /// <summary>No incident is told of it before it has waited for others.</summary>
    [JsonIgnore]
    public bool Settles => Causes?.SettleAt is not null;

    /// <summary>No incident is told of it before the first answers to whether it is inhibited.</summary>
    [JsonIgnore]
    public bool AwaitsInhibition => Inhibition is { Awaiting.Count: > 0 };

    [JsonIgnore]
    public string Message => Edits.Message ?? Signal.Message;

    [JsonIgnore]
    public string Description => Edits.Description ?? Signal.Description;

    [JsonIgnore]
    public Priority Priority => Edits.Priority ?? Class.Priority;

    [JsonIgnore]
    public Labels Details => Edits.Apply(Signal.Labels);

    [JsonIgnore]
    public ValueList<string> Tags => Edits.Apply(Signal.Tags);

    public GrainState WithNumber(long number) => this with { Number = number };

    public override GrainState Fold(Delta delta) => this with { Count = Count.Fold((AlertDelta)delta) };

    public override GrainState WithTally(Tally tally) => this with { Count = (AlertTally)tally };
}

/// <summary>What repeats advance: exact count, last seen, end time and texts of the source.</summary>
/// <param name="EndsAt">The source's announced end; null when it gave none.</param>
/// <param name="Texts">Latest source texts when they differ from the opening's.</param>
public sealed record AlertTally(long Seen, DateTimeOffset LastSeenAt, DateTimeOffset? EndsAt, Labels? Texts) : Tally
{
    public AlertTally Fold(AlertDelta delta) => new(
        Seen + delta.Seen,
        delta.LastSeenAt > LastSeenAt ? delta.LastSeenAt : LastSeenAt,
        delta.EndsAt ?? EndsAt,
        delta.Texts ?? Texts);
}

public sealed record AlertDelta(long Seen, DateTimeOffset LastSeenAt, DateTimeOffset? EndsAt, Labels? Texts) : Delta;

/// <summary>What people changed. Source updates never touch it.</summary>
public sealed record AlertEdits
{
    public static readonly AlertEdits None = new();

    /// <summary>Tags that people added: the document holds them all, and each request brings twenty.</summary>
    public const int MostTags = 200;

    /// <summary>Names and texts together of the details that people added.</summary>
    public const int MostDetailCharacters = 32_000;

    public const int MostResponders = 200;

    public string? Message { get; init; }

    public string? Description { get; init; }

    public Priority? Priority { get; init; }

    public ValueList<string> AddedTags { get; init; } = [];

    public ValueList<string> RemovedTags { get; init; } = [];

    public Labels AddedDetails { get; init; } = Labels.Empty;

    public ValueList<string> RemovedDetails { get; init; } = [];

    public ValueList<Responder> AddedResponders { get; init; } = [];

    /// <summary>Names the bound that is passed; null when none is.</summary>
    public string? Excess() =>
        AddedTags.Count > MostTags ? $"An alert takes at most {MostTags} more tags"
        : AddedDetails.Sum(pair => pair.Key.Length + pair.Value.Length) > MostDetailCharacters
            ? $"An alert takes at most {MostDetailCharacters} characters of more details"
        : AddedResponders.Count > MostResponders ? $"An alert takes at most {MostResponders} more responders"
        : null;

    public ValueList<string> Apply(ValueList<string> tags) =>
        AddedTags.Count + RemovedTags.Count == 0
            ? tags
            : tags.Union(AddedTags, StringComparer.Ordinal).Except(RemovedTags, StringComparer.Ordinal).ToValueList();

    public Labels Apply(Labels details) =>
        AddedDetails.Count + RemovedDetails.Count == 0 ? details : details.With(AddedDetails).Without(RemovedDetails);
}
