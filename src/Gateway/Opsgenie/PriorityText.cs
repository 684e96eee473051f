using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie;

internal static class PriorityText
{
    /// <summary>P1 to P5, and the severity words that templates of senders produce. Null when empty or wrong.</summary>
    public static Priority? Read(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (PriorityRules.TryParse(text, out var priority))
        {
            return priority;
        }

        errors.Add(field, $"{field} must be one of P1, P2, P3, P4, P5.");
        return null;
    }
}
