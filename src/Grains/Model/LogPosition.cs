using System.Buffers.Binary;

namespace Correlation.Grains.Model;

/// <summary>
/// Where a command was decided: the partition, its gap-free position there, and the shard's turn, which finds the row.
/// Its UUID form (version 8) is the request id that a sender polls; no table of request ids exists.
/// </summary>
public readonly record struct LogPosition(int Partition, long Position, long Turn)
{
    // 48 bits turn | 4 bits version | 12 bits partition | 2 bits variant | 62 bits position.
    public Guid ToRequestId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)Turn << 16) | 0x8000u | (uint)Partition);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000_0000_0000_0000ul | (ulong)Position);
        return new Guid(bytes, bigEndian: true);
    }

    public static bool TryParse(string? text, out LogPosition position)
    {
        position = default;
        if (!Guid.TryParse(text, out var id))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        if ((high & 0xF000) != 0x8000 || low >> 62 != 0b10)
        {
            return false;
        }

        position = new LogPosition((int)(high & 0xFFF), (long)(low & 0x3FFF_FFFF_FFFF_FFFF), (long)(high >> 16));
        return position.Partition < Partitions.Count;
    }
}
