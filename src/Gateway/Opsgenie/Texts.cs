
namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Texts as they may be stored: no NUL, which PostgreSQL cannot hold, and cut by characters, never inside one.
/// </summary>
internal static class Texts
{
    public static string Clean(string text) => text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;

    public static string Decode(string percentEncoded) => Clean(Uri.UnescapeDataString(percentEncoded));

    /// <summary>Characters as people and Alertmanager count them: a pair of surrogates is one.</summary>
    public static int Length(string text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            if (char.IsLowSurrogate(c))
            {
                length--;
            }
        }

        return length;
    }

    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (limit-- == 0)
            {
                return text[..at];
            }

            at += rune.Utf16SequenceLength;
        }

        return text;
    }
}
