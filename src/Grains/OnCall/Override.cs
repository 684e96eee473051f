using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// Somebody stands in for a time. A swap is two shifts of one override: it is made, and taken back, as one. The newer
/// override wins.
/// </summary>
/// <param name="ScheduleId">Not its name, which may change.</param>
public sealed record Override(
    string Id, string ScheduleId, ValueList<OverrideShift> Shifts, DateTimeOffset MadeAt, string MadeBy, string Comment)
{
    /// <summary>By hand, before its end: what it did until then stays in the calendar.</summary>
    public bool TakenBack { get; init; }

    /// <summary>
    /// When it was changed last, or made anew; until then its <see cref="Past"/> was in force. Null when never.
    /// </summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>What it did before it was changed or made anew: who was on call stays so.</summary>
    public ValueList<PastShift> Past { get; init; } = [];

    [JsonIgnore]
    public DateTimeOffset Until => Shifts.Concat(Past.Select(past => past.Shift)).Max(shift => shift.Until);

    /// <summary>What it does and did on a schedule, each with when it was made, which says what wins.</summary>
    public IEnumerable<PastShift> On(string schedule) => Past
        .Concat(Shifts
            .Select(shift => ChangedAt > shift.From ? shift with { From = ChangedAt.Value } : shift)
            .Select(shift => new PastShift(ScheduleId, MadeAt, shift)))
        .Where(one => one.ScheduleId == schedule && one.Shift.From < one.Shift.Until);
}

/// <param name="ScheduleId">An alias that is free again may be used for another schedule.</param>
public sealed record PastShift(string ScheduleId, DateTimeOffset MadeAt, OverrideShift Shift);

/// <summary>
/// <paramref name="Who"/> takes the place of whoever is on call, also where nobody is; or, with any of the three below,
/// of those on call to whom all that are given apply, as long as they are on call.
/// </summary>
public sealed record OverrideShift(DateTimeOffset From, DateTimeOffset Until, Participant Who)
{
    /// <summary>Takes the place of this one, wherever on call.</summary>
    public Participant? Replaces { get; init; }

    /// <summary>Names or ids.</summary>
    public ValueList<string> Rotations { get; init; } = [];

    public string? Layer { get; init; }

    [JsonIgnore]
    public bool IsForWhole => Replaces is null && Rotations.Count == 0 && Layer is null;
}
