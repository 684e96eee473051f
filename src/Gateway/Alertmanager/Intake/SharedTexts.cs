using System.Text;
using System.Text.Unicode;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// Label names and most values come again with every alert and every re-send: one string of each serves all of them, in
/// the requests as in the states that keep them. Bounded, and a text is kept only when it comes twice in a row at its
/// place, so that texts that never come again neither stay in memory nor drive others out. Losing a race between two
/// requests costs one more string, nothing else.
/// </summary>
internal static class SharedTexts
{
    private const int Places = 8192;

    /// <summary>Longer ones are mostly descriptions with a measurement in them.</summary>
    private const int Longest = 512;

    private static readonly string?[] Kept = new string?[Places];
    private static readonly ulong[] Last = new ulong[Places];

    /// <summary>Null when the bytes are no UTF-8.</summary>
    public static string? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest)
        {
            return New(utf8);
        }

        var hash = TextHash.Of(utf8);
        var place = hash % Places;
        if (Kept[place] is { } kept && Ascii.Equals(utf8, kept))
        {
            return kept;
        }

        var made = New(utf8);
        if (Last[place] == hash)
        {
            Kept[place] = made;
        }

        Last[place] = hash;
        return made;
    }

    private static string? New(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
}
