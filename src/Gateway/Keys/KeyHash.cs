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

    /// <summary>A new key: a version 4 UUID, by the operating system's randomness.</summary>
    public static Guid Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
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
