using System.Text.Json.Serialization;

namespace Correlation.Grains.Model;

public enum DeliveryState : byte
{
    Pending = 1,
    Delivered = 2,
    Failed = 3,
    Cancelled = 4,
}

/// <summary>
/// One page to one person, decided and to be carried out. <see cref="Id"/> is the idempotency key and stays the same
/// over all attempts and channels.
/// </summary>
public sealed record Delivery
{
    private const int LeastUrgent = 10;

    /// <summary>No name of a channel holds a control character.</summary>
    private const char LaneSeparator = '\t';

    public required Guid Id { get; init; }

    public required string IncidentId { get; init; }

    public required int Step { get; init; }

    /// <summary>User name, or the channel's own name when a step targets a channel.</summary>
    public required string Who { get; init; }

    /// <summary>Where to, in order of insistence; <see cref="Channel"/> is the one being tried.</summary>
    public required ValueList<DeliveryTarget> Targets { get; init; }

    public int Channel { get; init; }

    /// <summary>Failed attempts on the current channel.</summary>
    public int Attempts { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>By then it goes on to the next channel, however many attempts are left; null on the last one.</summary>
    public DateTimeOffset? MovesOnAt { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }

    public required string Reason { get; init; }

    /// <summary>Under which it was found who is to be paged, and where; 0 for a page of an earlier release.</summary>
    public long PolicyVersion { get; init; }

    /// <summary>What to say, fixed when decided.</summary>
    public required PageText Text { get; init; }

    /// <summary>
    /// The receiver's own name for the message that this one brings up to date; null for a page, which is a new
    /// message.
    /// </summary>
    public string? Updates { get; init; }

    /// <summary>
    /// Of a message for several pages, which is made when it is sent: those pages, the first of which stands for them
    /// all where a receiver tells what became of it. Null for a page.
    /// </summary>
    public ValueList<SentPage>? Pages { get; init; }

    /// <summary>
    /// A person wants it so, or quiet hours were asked when it was about to be sent. Else they are asked then.
    /// </summary>
    public bool RingsInQuietHours { get; init; }

    /// <summary>Updates come after every page, however urgent their incident is.</summary>
    [JsonIgnore]
    public int Urgency => Updates is null ? (int)Text.Priority : LeastUrgent;

    /// <summary>Whom it reaches by which channel.</summary>
    [JsonIgnore]
    public string Recipient => $"{Target.Channel}{LaneSeparator}{(Target.Address.Length > 0 ? Target.Address : Who)}";

    /// <summary>
    /// Where it queues: by channel, and for pages by recipient and urgency. Updates have lanes of their own, as what
    /// changes a message must not stand before what wakes somebody.
    /// </summary>
    [JsonIgnore]
    public string Lane => Updates is null
        ? LaneOf(Recipient, Text.Priority)
        : $"{Target.Channel}{LaneSeparator}updates";

    public static string LaneOf(string recipient, Priority priority) => $"{recipient}{LaneSeparator}{priority}";

    /// <summary>Empty for somebody who has no way to be reached, which no channel accepts.</summary>
    public DeliveryTarget Target => Targets.Count == 0 ? new("", "") : Targets[Math.Min(Channel, Targets.Count - 1)];
}

/// <summary>A page as it was sent: what is told of it later is told of this contact.</summary>
/// <param name="Channel">Index of the contact.</param>
public sealed record SentPage(string IncidentId, Guid PageId, int Channel);

/// <param name="Channel">Name of a configured channel.</param>
/// <param name="Address">E-mail address, phone number, URL; empty when the channel has its own.</param>
public sealed record DeliveryTarget(string Channel, string Address);

/// <summary>The words and fields of a page, independent of the channel.</summary>
/// <param name="Event">One of <see cref="PageEvents"/>, the type of a webhook's body.</param>
public sealed record PageText(
    string Event,
    string Title,
    string Body,
    Priority Priority,
    string Team,
    long Number,
    string Entity,
    string Kind,
    string Runbook,
    int MemberCount,
    DateTimeOffset OpenedAt)
{
    /// <summary>Who has it or had it, such as "Acknowledged by ann@example.org"; null while nobody has.</summary>
    public string? Standing { get; init; }
}

/// <summary>What a message is about; channels mirror it, chat drops the buttons of what is over.</summary>
public static class PageEvents
{
    public const string Page = "incident.page";
    public const string Updated = "incident.updated";
    public const string Acknowledged = "incident.acknowledged";
    public const string Resolved = "incident.resolved";

    /// <summary>Somebody tries whether a person can be reached; there is no incident.</summary>
    public const string Test = "user.test";

    /// <summary>What quiet hours held back came and went.</summary>
    public const string Digest = "incident.digest";

    /// <summary>To who made a silence: it ended, and what it held back still fires.</summary>
    public const string SilenceEnded = "silence.ended";

    /// <summary>To the owners of a symptom, while those of the cause are paged.</summary>
    public const string Informed = "incident.informed";

    /// <summary>Of several incidents, to somebody who was paged for some already.</summary>
    public const string Summary = "incident.summary";
}

/// <summary>A change to the outbox, committed with the decision that caused it.</summary>
public abstract record DeliveryChange
{
    private DeliveryChange()
    {
    }

    public sealed record Enqueue(Delivery Delivery) : DeliveryChange;

    /// <summary>Try again: same id, later, perhaps on the next channel.</summary>
    public sealed record Retry(Delivery Delivery) : DeliveryChange;

    public sealed record Finish(Guid Id, DeliveryState State) : DeliveryChange;
}

/// <summary>How one attempt ended, as the dispatcher saw it.</summary>
public enum AttemptOutcome : byte
{
    Delivered = 1,

    /// <summary>Surely not delivered; trying again may help.</summary>
    Failed = 2,

    /// <summary>Surely not delivered, and never will be on this channel (bad address, endpoint gone).</summary>
    Rejected = 3,

    /// <summary>The answer was lost: it is sent again with the same key.</summary>
    Unknown = 4,

    /// <summary>No attempt was made: until the page had to move on, others took all places of the channel.</summary>
    NoPlace = 5,

    /// <summary>No attempt was made: quiet hours have begun since it was decided.</summary>
    Quiet = 6,
}
