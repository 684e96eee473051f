using System.Text;
using System.Text.Unicode;

namespace Correlation.Grains.Wire;

/// <summary>
/// Label names and most values come again with every alert and every re-send, and an alert's own name several times in
/// its stored document: one string of each serves all of them, in the requests as in the states that keep them.
/// Bounded: a place keeps the text that came last and the last that came twice, so that texts that never come again do
/// not drive others out. Losing a race between two threads costs one more string, nothing else.
/// </summary>
public static class SharedTexts
{
    private const int Places = 8192;

    /// <summary>Longer ones are mostly descriptions with a measurement in them.</summary>
    private const int Longest = 512;

    private static readonly string?[] Kept = new string?[Places];
    private static readonly string?[] Last = new string?[Places];

    /// <summary>Null when the bytes are no UTF-8.</summary>
    public static string? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest)
        {
            return New(utf8);
        }

        var place = TextHash.Of(utf8) % Places;
        if (Kept[place] is { } kept && Ascii.Equals(utf8, kept))
        {
            return kept;
        }

        if (Last[place] is { } last && Ascii.Equals(utf8, last))
        {
            return Kept[place] = last;
        }

        return Last[place] = New(utf8);
    }

    private static string? New(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
}
