using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Correlation.Gateway.Requests;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Query;

/// <summary>
/// Checks the fields of one request. The first that is wrong is the <see cref="Problem"/>; after it every further
/// check gives a harmless value, so that a caller checks them all and then asks once.
/// </summary>
internal sealed class Fields
{
    public const int LongestName = 512;

    /// <summary>As in Opsgenie.</summary>
    public const int LongestNote = 25_000;

    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(3660);

    public Problem? Problem { get; private set; }

    [MemberNotNullWhen(true, nameof(Problem))]
    public bool AnyWrong => Problem is not null;

    public void Wrong(string field, string detail) => Problem ??= Problem.Invalid(field, detail);

    /// <summary>
    /// A text as it may be stored. PostgreSQL cannot hold NUL, and the log packs texts of 64 KiB at most.
    /// </summary>
    public string Text(string field, string? value, int longest)
    {
        if (value is null)
        {
            return "";
        }

        if (value.Length > longest)
        {
            Wrong(field, $"'{field}' has {value.Length} characters; at most {longest}.");
        }
        else if (value.Contains('\0', StringComparison.Ordinal))
        {
            Wrong(field, $"'{field}' holds a NUL character.");
        }

        return value;
    }

    public string Required(string field, string? value, int longest)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Wrong(field, $"'{field}' is required.");
        }

        return Text(field, value, longest);
    }

    /// <summary>A filter: null when absent or empty.</summary>
    public string? Filter(string field, string? value) =>
        string.IsNullOrEmpty(value) ? null : Text(field, value, LongestName);

    public DateTimeOffset? Time(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (IsoTime.TryReadOfAddress(value, out var time))
        {
            return time;
        }

        Wrong(field, $"'{field}' is not a time such as 2026-05-04T10:00:00Z between 1970 and 2200.");
        return null;
    }

    public TimeSpan? Duration(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (Durations.TryParse(value.Trim(), out var duration)
            && duration > TimeSpan.Zero && duration <= LongestDuration)
        {
            return duration;
        }

        var days = LongestDuration.TotalDays;
        Wrong(field, $"'{field}' is not a duration such as 30m, 2h or 1d12h, of at most {days:0} days.");
        return null;
    }

    /// <summary>ISO 8601 as in PT6H, or 6h; zero when absent.</summary>
    public TimeSpan Lag(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return TimeSpan.Zero;
        }

        if ((Durations.TryParse(value.Trim(), out var lag) || TryIso(value.Trim(), out lag))
            && lag >= TimeSpan.Zero && lag <= LongestDuration)
        {
            return lag;
        }

        Wrong(field, $"'{field}' is not a duration such as PT6H or 6h, of at most {LongestDuration.TotalDays:0} days.");
        return TimeSpan.Zero;
    }

    /// <summary>False when absent.</summary>
    public bool Flag(string field, string? value)
    {
        if (!string.IsNullOrEmpty(value) && !bool.TryParse(value, out _))
        {
            Wrong(field, $"'{field}' must be true or false.");
        }

        return bool.TryParse(value, out var flag) && flag;
    }

    public int Limit(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return DefaultLimit;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= MaxLimit)
        {
            return limit;
        }

        Wrong("limit", $"'limit' must be a number from 1 to {MaxLimit}.");
        return DefaultLimit;
    }

    /// <summary>Words separated by commas, in any letter case, each one of those allowed.</summary>
    public IReadOnlyList<T> OneOf<T>(string field, string? value, IReadOnlyDictionary<string, T> allowed)
    {
        var found = new List<T>();
        const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var word in (value ?? "").Split(',', Tidy))
        {
            if (allowed.TryGetValue(word, out var known))
            {
                found.Add(known);
            }
            else
            {
                Wrong(field, $"'{field}' has no value '{word}'. Allowed: {string.Join(", ", allowed.Keys)}.");
            }
        }

        return found;
    }

    public string? Cursor(string list, string? value) => Cursor(list, value, 1)?[0];

    /// <summary>The parts of a cursor made by <see cref="Query.Cursor.Of"/>; null when absent.</summary>
    public string[]? Cursor(string list, string? value, int parts)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (Query.Cursor.TryRead(list, value, parts, out var read))
        {
            return read;
        }

        WrongCursor();
        return null;
    }

    public void WrongCursor() => Wrong("cursor", "'cursor' must be the 'next' of an answer to the same list.");

    private static bool TryIso(string text, out TimeSpan duration)
    {
        try
        {
            duration = System.Xml.XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            duration = TimeSpan.Zero;
            return false;
        }
    }

    public Priority? Priority(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (Enum.TryParse<Priority>(value, ignoreCase: true, out var priority) && Enum.IsDefined(priority))
        {
            return priority;
        }

        Wrong(field, $"'{field}' must be one of P1, P2, P3, P4, P5.");
        return null;
    }
}
