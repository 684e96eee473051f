using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;

namespace Correlation.Grains.Wire;

/// <summary>One repeat as logged. A null delta changed nothing (the same text again, a second acknowledgement).</summary>
/// <param name="Asked">What a caller asked, where no delta tells it; kept for the status of the request.</param>
public readonly record struct RepeatEntry(
    int Partition, long Position, GrainId Grain, string Reason, Delta? Delta, Asked? Asked = null);

/// <param name="Action">The command's stable name; a person's action by its own.</param>
/// <param name="AlertId">The alert that was meant; null when nothing matched.</param>
public sealed record Asked(string Action, Guid? AlertId);

/// <summary>
/// The repeats of a turn, packed into one blob: a repeat costs some dozens of bytes and no row of its own.
/// Layout, little endian, per entry: length u32, partition u16, position i64, kind u8, key, reason, delta tag u8, delta.
/// A text is its UTF-8 length and the bytes; labels are their count + 1 (0 is none) and the texts. Lengths and counts
/// are in 7-bit groups, low ones first: an annotation may be longer than any fixed small length.
/// Times are Unix milliseconds; long.MinValue is none. Where nothing changed, the delta may be what was asked: the
/// action, and the alert's id in 16 bytes, all zero for none.
/// </summary>
public sealed class RepeatLog
{
    /// <summary>First byte of every blob: the layout's version.</summary>
    private const byte Layout = 1;
    private const byte NoDelta = 0;
    private const byte Alert = 1;
    private const byte Heartbeat = 2;
    private const byte NoDeltaAsked = 3;
    private const int IdSize = 16;

    private const int UsualSize = 64 * 1024;
    private const int MostKept = 1024 * 1024;

    private ArrayBufferWriter<byte> _out = new(UsualSize);

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Packed => Count == 0 ? ReadOnlyMemory<byte>.Empty : _out.WrittenMemory;

    /// <summary>Begins anew in the same memory: <see cref="Packed"/> of before is overwritten.</summary>
    public void Clear()
    {
        if (_out.Capacity > MostKept)
        {
            _out = new ArrayBufferWriter<byte>(UsualSize);
        }

        _out.ResetWrittenCount();
        Count = 0;
    }

    public void Add(in RepeatEntry entry)
    {
        if (Count++ == 0)
        {
            _out.Write([Layout]);
        }

        var start = _out.WrittenCount;
        WriteInt(0);
        WriteShort(entry.Partition);
        WriteLong(entry.Position);
        WriteByte((byte)entry.Grain.Kind);
        WriteText(entry.Grain.Key);
        WriteText(entry.Reason);
        switch (entry.Delta)
        {
            case null when entry.Asked is { } asked:
                WriteByte(NoDeltaAsked);
                WriteText(asked.Action);
                WriteId(asked.AlertId ?? Guid.Empty);
                break;
            case null:
                WriteByte(NoDelta);
                break;
            case AlertDelta alert:
                WriteByte(Alert);
                WriteLong(alert.Seen);
                WriteTime(alert.LastSeenAt);
                WriteTime(alert.EndsAt);
                WriteLength(alert.Texts is null ? 0 : alert.Texts.Count + 1);
                foreach (var (name, text) in alert.Texts ?? Labels.Empty)
                {
                    WriteText(name);
                    WriteText(text);
                }

                break;
            case HeartbeatDelta heartbeat:
                WriteByte(Heartbeat);
                WriteTime(heartbeat.PingAt);
                break;
            default:
                throw new UnreachableException($"No layout for {entry.Delta}.");
        }

        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, _out.WrittenCount - start - 4);
        length.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsMemory(_out.WrittenMemory).Span[start..]);
    }

    public static IEnumerable<RepeatEntry> Read(ReadOnlyMemory<byte> packed)
    {
        if (packed.IsEmpty)
        {
            yield break;
        }

        if (packed.Span[0] != Layout)
        {
            throw new InvalidDataException(packed.Span[0]);
        }

        for (var at = 1; at < packed.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(packed.Span[at..]);
            yield return ReadOne(packed.Slice(at + 4, length).Span);
            at += 4 + length;
        }
    }

    private static RepeatEntry ReadOne(ReadOnlySpan<byte> rest)
    {
        var partition = TakeShort(ref rest);
        var position = TakeLong(ref rest);
        var kind = (GrainKind)TakeByte(ref rest);
        var grain = new GrainId(kind, TakeText(ref rest));
        var reason = TakeText(ref rest);
        var tag = TakeByte(ref rest);
        Delta? delta = tag switch
        {
            NoDelta or NoDeltaAsked => null,
            Alert => new AlertDelta(TakeLong(ref rest), TakeTime(ref rest)!.Value, TakeTime(ref rest), TakeLabels(ref rest)),
            Heartbeat => new HeartbeatDelta(TakeTime(ref rest)!.Value),
            _ => throw new InvalidDataException(tag),
        };
        var asked = tag == NoDeltaAsked ? new Asked(TakeText(ref rest), TakeId(ref rest)) : null;
        return new RepeatEntry(partition, position, grain, reason, delta, asked);
    }

    private void WriteByte(byte value)
    {
        _out.GetSpan(1)[0] = value;
        _out.Advance(1);
    }

    private void WriteShort(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_out.GetSpan(2), checked((ushort)value));
        _out.Advance(2);
    }

    private void WriteInt(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_out.GetSpan(4), value);
        _out.Advance(4);
    }

    private void WriteLong(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_out.GetSpan(8), value);
        _out.Advance(8);
    }

    private void WriteTime(DateTimeOffset? value) => WriteLong(value?.ToUnixTimeMilliseconds() ?? long.MinValue);

    private void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteLength(length);
        Encoding.UTF8.GetBytes(text, _out.GetSpan(length));
        _out.Advance(length);
    }

    private void WriteId(Guid id)
    {
        id.TryWriteBytes(_out.GetSpan(IdSize), bigEndian: true, out _);
        _out.Advance(IdSize);
    }

    private void WriteLength(int value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            WriteByte((byte)(value | 0x80));
        }

        WriteByte((byte)value);
    }

    private static byte TakeByte(ref ReadOnlySpan<byte> rest)
    {
        var value = rest[0];
        rest = rest[1..];
        return value;
    }

    private static int TakeShort(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        rest = rest[2..];
        return value;
    }

    private static long TakeLong(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[8..];
        return value;
    }

    private static DateTimeOffset? TakeTime(ref ReadOnlySpan<byte> rest)
    {
        var value = TakeLong(ref rest);
        return value == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(value);
    }

    private static int TakeLength(ref ReadOnlySpan<byte> rest)
    {
        for (int value = 0, shift = 0; ; shift += 7)
        {
            var group = TakeByte(ref rest);
            value |= (group & 0x7F) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
    }

    private static string TakeText(ref ReadOnlySpan<byte> rest)
    {
        var length = TakeLength(ref rest);
        var text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }

    private static Guid? TakeId(ref ReadOnlySpan<byte> rest)
    {
        var id = new Guid(rest[..IdSize], bigEndian: true);
        rest = rest[IdSize..];
        return id == Guid.Empty ? null : id;
    }

    private static Labels? TakeLabels(ref ReadOnlySpan<byte> rest)
    {
        var count = TakeLength(ref rest) - 1;
        if (count < 0)
        {
            return null;
        }

        var pairs = new string[count * 2];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = TakeText(ref rest);
        }

        return Labels.FromSortedPairs(pairs);
    }

    private sealed class InvalidDataException(byte found) : Exception(
        $"The repeat log holds layout or tag {found}, which this release cannot read: was it written by a newer one?");
}
