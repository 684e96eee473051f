using System.Globalization;
using System.Text.RegularExpressions;

namespace Correlation.Gateway.Requests;

/// <summary>
/// Times in requests: ISO 8601, UTC without a zone, from 1970 to 2199. What could be read in two ways, as 12/11/2027,
/// is no time: an override on the wrong day puts the wrong person on call.
/// </summary>
internal static partial class IsoTime
{
    private static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mmK", "yyyy-MM-dd"];

    /// <param name="time">As it was given, with its offset.</param>
    public static bool TryRead(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            FinerThanTicks().Replace(text.Trim(), ""), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
        && time >= Earliest && time < Latest;

    /// <summary>Of an address, where a plus sign that was not escaped arrives as a space.</summary>
    public static bool TryReadOfAddress(string text, out DateTimeOffset time) =>
        TryRead(text.Trim().Replace(' ', '+'), out time);

    /// <summary>What a time here cannot hold of a fraction: clients in Go write nanoseconds.</summary>
    [GeneratedRegex(@"(?<=\.[0-9]{7})[0-9]{1,9}", RegexOptions.CultureInvariant)]
    private static partial Regex FinerThanTicks();
}
