using System.Buffers.Text;
using System.Text;

namespace Correlation.Gateway.Query;

/// <summary>Where a list goes on. Opaque to callers, so that what it holds may change.</summary>
internal static class Cursor
{
    private const char Separator = '\n';

    public static string Of(params string[] parts) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Separator, parts)));

    public static bool TryRead(string cursor, int count, out string[] parts)
    {
        parts = [];
        if (!Base64Url.IsValid(cursor))
        {
            return false;
        }

        parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(Separator, count);
        return parts.Length == count && !parts.Any(p => p.Contains('\0', StringComparison.Ordinal));
    }
}
