using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Grains.Model;

/// <summary>Ids come from a key and a version, so that a decision is a pure function and needs no table of ids.</summary>
public static class DerivedId
{
    public static Guid Of(string purpose, string key, long version)
    {
        var length = Encoding.UTF8.GetByteCount(purpose) + Encoding.UTF8.GetByteCount(key) + 10;
        var input = length <= 1024 ? stackalloc byte[length] : new byte[length];
        var at = Encoding.UTF8.GetBytes(purpose, input);
        input[at++] = 0xFF;
        at += Encoding.UTF8.GetBytes(key, input[at..]);
        input[at++] = 0xFF;
        BinaryPrimitives.WriteInt64BigEndian(input[at..], version);

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
