using System.ComponentModel;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Schedules;

/// <param name="Shifts">One; two of a swap.</param>
public sealed record OverrideShape(
    string Id, string Schedule, IReadOnlyList<ShiftShape> Shifts, DateTimeOffset MadeAt, string MadeBy, string Comment)
{
    internal static OverrideShape Of(Schedule schedule, Override made) => new(
        made.Id,
        schedule.Name,
        [.. made.Shifts.Select(shift => ShiftShape.Of(schedule, shift))],
        made.MadeAt,
        made.MadeBy,
        made.Comment);
}

/// <param name="Replaces">Whose place is taken; null, without rotations and layer, for that of whoever is on
/// call.</param>
public sealed record ShiftShape(
    DateTimeOffset From, DateTimeOffset Until, string Who, string? Replaces, IReadOnlyList<string> Rotations,
    string? Layer)
{
    internal static ShiftShape Of(Schedule schedule, OverrideShift shift) => new(
        shift.From,
        shift.Until,
        Words.Of(shift.Who),
        shift.Replaces is { } who ? Words.Of(who) : null,
        [.. shift.Rotations.Select(rotation => schedule.FindRotation(rotation)?.Name ?? rotation)],
        shift.Layer);
}

internal sealed record OverrideBody
{
    [Description("Who stands in: a user's name, 'team:' or 'escalation:' and a name, or 'none'.")]
    public string? Who { get; init; }

    [Description("By default now.")]
    public string? From { get; init; }

    [Description("Either this or 'duration'.")]
    public string? Until { get; init; }

    [Description("How long from its beginning, such as 30m, 2h or 1d.")]
    public string? Duration { get; init; }

    [Description("Whose place is taken, written as in 'who'; by default that of whoever is on call.")]
    public string? Replaces { get; init; }

    [Description("Names or ids of the schedule's rotations of which the place is taken.")]
    public IReadOnlyList<string>? Rotations { get; init; }

    [Description("The layer in which the place is taken.")]
    public string? Layer { get; init; }

    public string? Comment { get; init; }

    [Description("By default the name of the API key.")]
    public string? MadeBy { get; init; }
}

internal sealed record SwapBody
{
    [Description("One person and the time that the other takes.")]
    public SwapPart? One { get; init; }

    [Description("The other person and the time that the first takes in return.")]
    public SwapPart? Other { get; init; }

    public string? Comment { get; init; }

    [Description("By default the name of the API key.")]
    public string? MadeBy { get; init; }
}

internal sealed record SwapPart
{
    public string? User { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }
}
