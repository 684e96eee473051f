namespace Correlation.Silo.Storage;

/// <summary>
/// A list in one column: each entry ends at a newline and the first one begins after one, so that "contains the whole
/// word x" is LIKE '%\nx\n%' in both databases.
/// </summary>
internal static class ListText
{
    public static string Of(IEnumerable<string> words)
    {
        var text = string.Join('\n', words.Select(OneLine));
        return text.Length == 0 ? "" : "\n" + text + "\n";
    }

    private static string OneLine(string word) =>
        word.Contains('\n', StringComparison.Ordinal) ? word.Replace('\n', ' ') : word;
}
