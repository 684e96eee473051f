using System.Text;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// PostgreSQL's text holds neither NUL nor half a surrogate pair, and a turn must not fail because one sender sends
/// one. In words that people read both become the replacement character. In keys NUL is escaped, since a key must
/// come back as it was; half a pair has no bytes of its own in any database.
/// </summary>
internal static class PostgresText
{
    private const char Escape = '\uE000';
    private const char Replacement = '\uFFFD';

    public static string Words(string text) =>
        WholePairs(text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', Replacement) : text);

    public static string? WordsOrNull(string? text) => text is null ? null : Words(text);

    public static string Key(string key) => WholePairs(key.AsSpan().IndexOfAny('\0', Escape) < 0
        ? key
        : key.Replace("\uE000", "\uE000\uE000", StringComparison.Ordinal)
            .Replace("\0", "\uE0000", StringComparison.Ordinal));

    public static string KeyFrom(string stored)
    {
        if (!stored.Contains(Escape, StringComparison.Ordinal))
        {
            return stored;
        }

        var key = new StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            key.Append(stored[i] != Escape ? stored[i] : stored[++i] == '0' ? '\0' : Escape);
        }

        return key.ToString();
    }

    private static string WholePairs(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // What is half a pair is enumerated as the replacement character.
            whole.Append(rune.ToString());
        }

        return whole.ToString();
    }
}
