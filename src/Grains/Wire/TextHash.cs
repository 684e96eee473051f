using System.Buffers.Binary;
using System.Numerics;

namespace Correlation.Grains.Wire;

/// <summary>Finds a place in a table of what came before, where a collision costs time only.</summary>
public static class TextHash
{
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        const ulong Factor = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)text.Length * Factor;
        while (text.Length >= sizeof(ulong))
        {
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * Factor, 31);
            text = text[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var octet in text)
        {
            rest = (rest << 8) | octet;
        }

        hash = (hash ^ rest) * Factor;
        return hash ^ (hash >> 32);
    }
}
