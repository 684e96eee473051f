using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>
/// Who is on call when. Of the rotations in force at an instant those of the highest layer are on call, all of them
/// together; a schedule without layers has one, in which all rotations are.
/// </summary>
/// <param name="Id">Stays when the name changes.</param>
public sealed record Schedule(
    string Name, string Id, string Description, string TimeZone, ValueList<Rotation> Rotations, string? Team)
{
    /// <summary>Names, the lowest first. A rotation that names none is below them all.</summary>
    public ValueList<string> Layers { get; init; } = [];

    /// <summary>Nobody is on call by a schedule that was switched off.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Made through an API, where it is changed; else it comes from a file.</summary>
    public bool ByApi { get; init; }

    public Rotation? FindRotation(string nameOrId) => Rotations.FirstOrDefault(rotation => rotation.Is(nameOrId));
}

public enum RotationType : byte
{
    /// <summary>Real hours: a turn over a clock change is as long as any other.</summary>
    Hourly = 1,
    Daily = 2,
    Weekly = 3,

    /// <summary>So many minutes on the wall clock, so that day and night shifts of 12 hours keep their times.</summary>
    Custom = 4,
}

/// <param name="Start">Local date-time of the first hand-off, in the rotation's zone; later ones keep its local
/// time.</param>
/// <param name="Length">Hours, days, weeks or, of a custom one, minutes per turn.</param>
/// <param name="Participants">In turn order; may repeat.</param>
public sealed record Rotation(
    string Name, LocalDateTime Start, RotationType Type, int Length, ValueList<Participant> Participants)
{
    /// <summary>Empty in policies of older releases: the name stands for it.</summary>
    public string Id { get; init; } = "";

    /// <summary>Nobody is on call by it from then on.</summary>
    public LocalDateTime? End { get; init; }

    /// <summary>The schedule's, unless the rotation is that of another region.</summary>
    public string? TimeZone { get; init; }

    /// <summary>One of the schedule's.</summary>
    public string? Layer { get; init; }

    /// <summary>
    /// When it is in force: within any of them, always when there are none. Turns pass outside them too.
    /// </summary>
    public ValueList<TimeWindow> Restrictions { get; init; } = [];

    [JsonIgnore]
    public string Key => Id.Length > 0 ? Id : Name;

    public bool Is(string nameOrId) =>
        string.Equals(Name, nameOrId, StringComparison.OrdinalIgnoreCase) ||
        (Id.Length > 0 && string.Equals(Id, nameOrId, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// A part of every day, or of every week when it has days. One that ends before it starts, or as it starts, goes on
/// over midnight or over the end of the week.
/// </summary>
/// <param name="Start">Minute of the day.</param>
/// <param name="End">Minute of the day; 1440 is midnight at its end.</param>
public sealed record TimeWindow(int Start, int End, IsoDayOfWeek? StartDay = null, IsoDayOfWeek? EndDay = null)
{
    public const int DayMinutes = 24 * 60;

    private const int WeekMinutes = 7 * DayMinutes;

    /// <summary>On the wall clock.</summary>
    [JsonIgnore]
    public int LengthMinutes
    {
        get
        {
            var cycle = StartDay is null ? DayMinutes : WeekMinutes;
            var days = StartDay is { } first && EndDay is { } last ? (int)last - (int)first : 0;
            var length = (((days * DayMinutes) + End - Start) % cycle + cycle) % cycle;
            return length == 0 ? cycle : length;
        }
    }
}
