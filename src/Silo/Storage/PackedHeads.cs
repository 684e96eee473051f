using System.Buffers.Binary;

namespace Correlation.Silo.Storage;

/// <summary>
/// Partition heads in one blob: partition u16, position i64, at i64 (ticks of UTC, so that no time is rounded back),
/// numbers i64, little endian. A commit stores those that moved; laid over one another in order they give the newest.
/// </summary>
internal static class PackedHeads
{
    private const int Size = 26;

    public static byte[] Pack(IReadOnlyCollection<PartitionHead> heads)
    {
        var packed = new byte[heads.Count * Size];
        var at = packed.AsSpan();
        foreach (var head in heads)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, checked((ushort)head.Partition));
            BinaryPrimitives.WriteInt64LittleEndian(at[2..], head.Position);
            BinaryPrimitives.WriteInt64LittleEndian(at[10..], head.At.UtcTicks);
            BinaryPrimitives.WriteInt64LittleEndian(at[18..], head.Numbers);
            at = at[Size..];
        }

        return packed;
    }

    /// <summary>
    /// Lays the packed heads over <paramref name="heads"/>, which holds one entry per partition, by number.
    /// </summary>
    public static void LayOver(PartitionHead[] heads, ReadOnlySpan<byte> packed)
    {
        for (; !packed.IsEmpty; packed = packed[Size..])
        {
            var partition = BinaryPrimitives.ReadUInt16LittleEndian(packed);
            heads[partition] = new PartitionHead(
                partition,
                BinaryPrimitives.ReadInt64LittleEndian(packed[2..]),
                new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(packed[10..]), TimeSpan.Zero),
                BinaryPrimitives.ReadInt64LittleEndian(packed[18..]));
        }
    }
}
