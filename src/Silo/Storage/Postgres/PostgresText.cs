namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// PostgreSQL's text holds no NUL, and a turn must not fail because one sender sends one. In words that people read it
/// becomes the replacement character. In keys it is escaped, since a key must come back as it was.
/// </summary>
internal static class PostgresText
{
    private const char Escape = '\uE000';

    public static string Words(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;

    public static string? WordsOrNull(string? text) => text is null ? null : Words(text);

    public static string Key(string key) => key.AsSpan().IndexOfAny('\0', Escape) < 0
        ? key
        : key.Replace("\uE000", "\uE000\uE000", StringComparison.Ordinal).Replace("\0", "\uE0000", StringComparison.Ordinal);

    public static string KeyFrom(string stored)
    {
        if (!stored.Contains(Escape, StringComparison.Ordinal))
        {
            return stored;
        }

        var key = new System.Text.StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            key.Append(stored[i] != Escape ? stored[i] : stored[++i] == '0' ? '\0' : Escape);
        }

        return key.ToString();
    }
}
