using System.Buffers.Text;
using System.Text;

namespace Correlation.Gateway.Query;

/// <summary>Where a list goes on. Opaque to callers, so that what it holds may change.</summary>
internal static class Cursor
{
    private const char Separator = '\n';

    /// <param name="list">Which one: another's cursor would be taken for a place in this one.</param>
    public static string Of(string list, params string[] parts) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Separator, [list, .. parts])));

    public static bool TryRead(string list, string cursor, int count, out string[] parts)
    {
        parts = [];
        if (!Base64Url.IsValid(cursor))
        {
            return false;
        }

        var all = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(Separator, count + 1);
        parts = all[1..];
        return all[0] == list && parts.Length == count && !parts.Any(p => p.Contains('\0', StringComparison.Ordinal));
    }
}
