using System.Diagnostics.CodeAnalysis;

namespace Correlation.Grains.Model;

/// <summary>
/// P1 is the most urgent. Compare with <see cref="PriorityRules.IsMoreUrgentThan"/>: the smaller number wins.
/// </summary>
public enum Priority : byte
{
    P1 = 1,
    P2 = 2,
    P3 = 3,
    P4 = 4,
    P5 = 5,
}

public static class PriorityRules
{
    public static bool IsMoreUrgentThan(this Priority one, Priority other) => one < other;

    public static Priority MoreUrgent(Priority one, Priority other) => one < other ? one : other;

    /// <summary>Reads P1..P5 and the severity words senders use (webhooks.md 0.2), in any letter case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Priority priority)
    {
        priority = text?.Trim().ToUpperInvariant() switch
        {
            "P1" or "CRITICAL" or "PAGE" or "FATAL" or "EMERGENCY" or "DISASTER" or "SEV1" => Priority.P1,
            "P2" or "ERROR" or "HIGH" or "MAJOR" or "SEV2" => Priority.P2,
            "P3" or "WARNING" or "WARN" or "AVERAGE" or "MEDIUM" => Priority.P3,
            "P4" or "INFO" or "MINOR" or "LOW" => Priority.P4,
            "P5" or "NONE" or "DEBUG" or "OK" => Priority.P5,
            _ => default,
        };
        return priority != default;
    }
}
