using System.Globalization;
using Correlation.Grains.Alerts;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>
/// The last alert of the page before, in the list's order. Not an offset: alerts that open while somebody turns pages
/// would push what was shown onto the next page, and far back it would cost as much as all before it.
/// </summary>
/// <param name="CreatedAt">In Unix milliseconds, as the list's column has it.</param>
internal readonly record struct AlertCursor(long CreatedAt, long Number)
{
    public static string After(AlertState alert) => Cursor.Of(
        "alerts",
        alert.CreatedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        alert.Number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Null for the first page.</summary>
    public static AlertCursor? Read(string? cursor, Fields fields)
    {
        if (fields.Cursor("alerts", cursor, 2) is not { } parts)
        {
            return null;
        }

        if (long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var createdAt)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new AlertCursor(createdAt, number);
        }

        fields.WrongCursor();
        return null;
    }
}
