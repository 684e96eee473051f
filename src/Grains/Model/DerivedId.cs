using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Grains.Model;

/// <summary>
/// Ids come from a key and a version, so that a decision is a pure function and needs no table of ids.
/// </summary>
public static class DerivedId
{
    private const int LongestKey = 300;

    public static Guid Of(string purpose, string key, long version) => Of(purpose, key, version, null);

    /// <summary>
    /// Begins with the time of the decision in milliseconds, as a version 7 UUID does: rows that are made together
    /// stand together under every index on the id. With the hash alone each new alert touched a page of its own in each
    /// of them.
    /// </summary>
    public static Guid At(DateTimeOffset at, string purpose, string key, long version) => Of(purpose, key, version, at);

    private static Guid Of(string purpose, string key, long version, DateTimeOffset? at)
    {
        var length = Encoding.UTF8.GetByteCount(purpose) + Encoding.UTF8.GetByteCount(key) + 10;
        var input = length <= 1024 ? stackalloc byte[length] : new byte[length];
        var end = Encoding.UTF8.GetBytes(purpose, input);
        input[end++] = 0xFF;
        end += Encoding.UTF8.GetBytes(key, input[end..]);
        input[end++] = 0xFF;
        BinaryPrimitives.WriteInt64BigEndian(input[end..], version);

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        if (at is { } time)
        {
            BinaryPrimitives.WriteInt16BigEndian(hash, (short)(time.ToUnixTimeMilliseconds() >> 32));
            BinaryPrimitives.WriteInt32BigEndian(hash[2..], (int)time.ToUnixTimeMilliseconds());
        }

        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>
    /// A grain's key is indexed, and labels may be thousands of characters long: the rest is told by a hash.
    /// </summary>
    public static string Bounded(string key) =>
        key.Length <= LongestKey ? key : $"{key.AsSpan(0, LongestKey - 40)}#{Of("group", key, 0)}";
}
