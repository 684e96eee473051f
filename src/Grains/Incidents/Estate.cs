using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Grains.Incidents;

/// <summary>
/// What a merged incident leaves to its survivor. The counts are sums: what its alerts tell either of the two before or
/// after adds up to the same.
/// </summary>
/// <param name="Adopting">Mergers it had accepted itself, whose estates it passes on as they come.</param>
public sealed record Estate(
    int MemberCount,
    int OpenMembers,
    int PageableMembers,
    ValueList<int> OpenByPriority,
    ValueList<Responder> RespondersWaiting,
    ValueList<string> RespondersPaged,
    ValueList<Adoption> Adopting,
    bool KeptOpen)
{
    /// <summary>Of one that went to another survivor.</summary>
    public static readonly Estate Empty = new(0, 0, 0, [0, 0, 0, 0, 0], [], [], [], false);

    public ValueList<int> PageableByPriority { get; init; } = [0, 0, 0, 0, 0];

    /// <summary>
    /// By which it was climbed at last; null when that is of an alert that is held back, or is not known, as in a command
    /// of an earlier build.
    /// </summary>
    public LadderChoice? Ladder { get; init; }
}

/// <summary>An accepted merger whose estate has not come yet.</summary>
/// <param name="MayPage">It was worth a page when it asked, so the survivor is until it knows better.</param>
public sealed record Adoption(string LoserId, bool MayPage);

/// <summary>
/// How the asking incident stands, so that the survivor neither falls silent nor pages what is in hand.
/// </summary>
/// <param name="AcknowledgedAt">The priority that was acknowledged; null when nobody has.</param>
public sealed record Standing(
    bool MayPage, Priority? AcknowledgedAt, string AcknowledgedBy, DateTimeOffset? SnoozedUntil)
{
    /// <summary>The most urgent of what was snoozed; null when nobody has, and in a command of an earlier build.</summary>
    public Priority? SnoozedAt { get; init; }

    /// <summary>
    /// Of its alerts that may page; null when none may, or it is not known, as in a command of an earlier build.
    /// </summary>
    public Priority? Urgency { get; init; }

    /// <summary>Who was paged.</summary>
    public ValueList<string> Paged { get; init; } = [];

    /// <summary>Teams that were told of it as owners of symptoms.</summary>
    public ValueList<string> Informed { get; init; } = [];

    /// <summary>Whose the ladder is.</summary>
    public string Team { get; init; } = "";

    /// <summary>The name of the ladder; null when it is of an alert that is held back.</summary>
    public string? Escalation { get; init; }

    /// <summary>As <see cref="Incidents.Ladder.IsNamed"/>.</summary>
    public bool IsNamed { get; init; }

    /// <summary>As <see cref="Incidents.Ladder.ChosenBy"/>; null in a command of an earlier build.</summary>
    public Guid? ChosenBy { get; init; }

    /// <summary>
    /// How far it was climbed; null when nobody was paged by it, nor by what it took over from, and nobody has asked for
    /// its next step.
    /// </summary>
    public Ladder? Ladder { get; init; }
}
