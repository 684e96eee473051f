using System.Security.Cryptography;

namespace Correlation.Gateway.Keys;

/// <summary>
/// A key is a UUID. It is known only by the SHA-256 of its lower-case text, which is what files and memory hold.
/// </summary>
public static class KeyHash
{
    public const int Size = SHA256.HashSizeInBytes;

    public static string Of(Guid key)
    {
        Span<byte> hash = stackalloc byte[Size];
        Write(key, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>False when the text is not a UUID with hyphens.</summary>
    internal static bool TryWrite(ReadOnlySpan<char> text, Span<byte> hash)
    {
        if (!Guid.TryParseExact(text, "D", out var key))
        {
            return false;
        }

        Write(key, hash);
        return true;
    }

    private static void Write(Guid key, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[36];
        key.TryFormat(text, out _);
        SHA256.HashData(text, hash);
    }
}
