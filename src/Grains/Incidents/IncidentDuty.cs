namespace Correlation.Grains.Incidents;

/// <summary>
/// The sentence that every open incident must keep: it has a next step in the future that reaches somebody, an
/// acknowledgement with an owner, or something that holds it back and has an end.
/// </summary>
public static class IncidentDuty
{
    /// <summary>So late a timer may be that the loop has not come to yet.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>The timer of an open incident whose alert flaps and is quiet, which has no next step then.</summary>
    public const string WhileQuiet = "quiet";

    /// <summary>The timer that an incident of this status lives by; null when it is over.</summary>
    public static string? TimerOf(IncidentStatus status) => status switch
    {
        IncidentStatus.Open => "step",
        IncidentStatus.Acknowledged => "unacknowledge",
        IncidentStatus.Snoozed => "snooze",
        _ => null,
    };

    /// <summary>It is paged for now, and to no avail. What quiet hours hold back has an end.</summary>
    public static bool ReachesNobody(IncidentState state) =>
        state is { Status: IncidentStatus.Open, MayPage: true, HeldBack: null, Ladder.ReachesNobody: true };

    /// <param name="stored">When the timer that is stored for it is due; null when none is.</param>
    /// <returns>What is wrong, to be read after its id; null when the sentence holds.</returns>
    public static string? Fault(IncidentState state, DateTimeOffset? stored, DateTimeOffset now) => state.Status switch
    {
        IncidentStatus.Open when state.MayPage => OfTimer(
            "is open and has no next step", "its next step", state.Ladder.NextAt, stored, now)
            ?? (ReachesNobody(state) ? $"has climbed {state.Ladder.Policy} and reached nobody: see its timeline" : null),
        IncidentStatus.Open when state.QuietUntil is { } quiet =>
            OfTimer("", "the end of its quiet spell", quiet, stored, now),
        IncidentStatus.Open when state.OpenMembers <= 0 => "is open without an alert and pages nobody",
        IncidentStatus.Acknowledged when string.IsNullOrEmpty(state.AcknowledgedBy) =>
            "is acknowledged and nobody has it",
        IncidentStatus.Acknowledged =>
            OfTimer("is acknowledged for ever", "the end of its acknowledgement", state.AcknowledgedUntil, stored, now),
        IncidentStatus.Snoozed =>
            OfTimer("is snoozed for ever", "the end of its snooze", state.SnoozedUntil, stored, now),
        _ => null,
    };

    private static string? OfTimer(
        string without, string what, DateTimeOffset? due, DateTimeOffset? stored, DateTimeOffset now) =>
        due is not { } at ? without
        : stored is null ? $"has no timer for {what} at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"
        : at < now - Grace ? $"waits since {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC for {what}"
        : null;
}
