using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// What an open alert that is only sent again leaves in memory: what its repeats are decided on, and the tally that
/// they move. All else is in its stored document, which no repeat changes; whatever is more than a repeat is decided on
/// the whole state. Never written as a document.
/// </summary>
public sealed record RestingAlert : GrainState
{
    private readonly RepeatBasis _basis;

    private RestingAlert(string alias, long number, AlertTally count, RepeatBasis basis) =>
        (Alias, Number, Count, _basis) = (alias, number, count, basis);

    public string Alias { get; }

    public long Number { get; }

    public AlertTally Count { get; private init; }

    public override Tally Tally => Count;

    public override int Characters => _basis.Texts.Characters + (Count.Texts?.Characters ?? 0);

    public override GrainId Grain => new(GrainKind.Alert, Alias);

    public override IEnumerable<GrainTimer> Timers =>
        throw new InvalidOperationException($"{Grain} rests: which timers it has is in its document.");

    /// <param name="alias">Its key, so that one text serves both.</param>
    public static RestingAlert Of(AlertState alert, string alias) => alert.Status == AlertStatus.Open
        ? new RestingAlert(alias, alert.Number, alert.Count, RepeatBasis.Of(alert))
        : throw new InvalidOperationException($"{alert.Grain} is {alert.Status}: only an open alert rests.");

    /// <summary>Whether it can be decided without the whole state: it only repeats what is known.</summary>
    public bool Takes(Command command, DateTimeOffset at) =>
        command is AlertCommand.Receive { Signal: var signal } && !signal.IsOver(at) && _basis.IsRepeatedBy(signal);

    public override GrainState Fold(Delta delta) => WithCount(Count.Fold((AlertDelta)delta));

    public override GrainState WithTally(Tally tally) => WithCount((AlertTally)tally);

    internal Decision<AlertState> Decide(AlertCommand.Receive command, PolicyVersion policy, DateTimeOffset at) => Takes(command, at)
        ? RepeatBasis.Repeat(command.Signal.DeltaTo(Count, Count.Texts ?? _basis.Texts, policy, at))
        : throw new InvalidOperationException($"{Grain} rests, and what came is more than a repeat.");

    private RestingAlert WithCount(AlertTally count) => count.Texts is null || _basis.Texts.Count == 0
        ? this with { Count = count }
        : new RestingAlert(Alias, Number, count, _basis with { Texts = Labels.Empty });
}

/// <summary>What tells whether a signal that fires only repeats an open alert.</summary>
/// <param name="StartsAt">The opening's; null where the source has no such notion.</param>
/// <param name="Note">The opening's.</param>
/// <param name="Texts">The opening's, as long as no repeat had others.</param>
internal sealed record RepeatBasis(
    DateTimeOffset? StartsAt, ValueList<DateTimeOffset> OtherStarts, string Note, DateTimeOffset? ExpiryCheckAt,
    Labels Texts)
{
    public static RepeatBasis Of(AlertState alert) => new(
        alert.Signal.StartsAt,
        alert.OtherStarts,
        alert.Signal.Note,
        alert.ExpiryCheckAt,
        alert.Count.Texts is null ? alert.Signal.Texts : Labels.Empty);

    public static Decision<AlertState> Repeat(AlertDelta delta) =>
        new() { Outcome = Outcome.Repeat, Reason = "Repeat of an open alert", Delta = delta };

    public bool IsRepeatedBy(Signal signal) =>
        !HasNewStart(signal) && !EndsSooner(signal) && NewNote(signal).Length == 0;

    public bool HasNewStart(Signal signal) =>
        signal.StartsAt is { } began && StartsAt != began && !OtherStarts.Contains(began);

    public bool EndsSooner(Signal signal) => signal.WholeEnd < ExpiryCheckAt;

    /// <summary>A sender that gives the same note with every repeat has said it once.</summary>
    public string NewNote(Signal signal) => signal.Note == Note ? "" : signal.Note;
}
