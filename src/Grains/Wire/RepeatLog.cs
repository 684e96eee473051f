using System.Buffers.Binary;
using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;

namespace Correlation.Grains.Wire;

/// <summary>
/// One repeat as logged. A null delta changed nothing (the same text again, a second acknowledgement).
/// </summary>
/// <param name="Asked">What a caller asked, where no delta tells it; kept for the status of the request.</param>
public readonly record struct RepeatEntry(
    int Partition, long Position, GrainId Grain, string Reason, Delta? Delta, Asked? Asked = null);

/// <param name="Action">The command's stable name; a person's action by its own.</param>
/// <param name="AlertId">The alert that was meant; null when nothing matched.</param>
public sealed record Asked(string Action, Guid? AlertId);

/// <summary>
/// The repeats of a turn, packed into one blob: a repeat costs some dozens of bytes and no row of its own.
/// Layout, little endian, per entry: length u32, partition u16, position i64, kind u8, key, reason, delta tag u8,
/// delta. Texts, labels and lengths are as <see cref="PackedWriter"/> writes them. Times are Unix milliseconds;
/// long.MinValue is none. Where nothing changed, the delta may be what was asked: the action, and the alert's id in 16
/// bytes, all zero for none.
/// </summary>
public sealed class RepeatLog
{
    /// <summary>First byte of every blob: the layout's version.</summary>
    private const byte Layout = 1;
    private const byte NoDelta = 0;
    private const byte Alert = 1;
    private const byte Heartbeat = 2;
    private const byte NoDeltaAsked = 3;

    private readonly PackedWriter _out = new();

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Packed => Count == 0 ? ReadOnlyMemory<byte>.Empty : _out.Written;

    /// <summary>Begins anew in the same memory: <see cref="Packed"/> of before is overwritten.</summary>
    public void Clear()
    {
        _out.Clear();
        Count = 0;
    }

    public void Add(in RepeatEntry entry)
    {
        if (Count++ == 0)
        {
            _out.Byte(Layout);
        }

        var start = _out.Count;
        _out.Int(0);
        _out.Short(entry.Partition);
        _out.Long(entry.Position);
        _out.Byte((byte)entry.Grain.Kind);
        _out.Text(entry.Grain.Key);
        _out.Text(entry.Reason);
        switch (entry.Delta)
        {
            case null when entry.Asked is { } asked:
                _out.Byte(NoDeltaAsked);
                _out.Text(asked.Action);
                _out.Id(asked.AlertId ?? Guid.Empty);
                break;
            case null:
                _out.Byte(NoDelta);
                break;
            case AlertDelta alert:
                _out.Byte(Alert);
                _out.Long(alert.Seen);
                WriteTime(_out, alert.LastSeenAt);
                WriteTime(_out, alert.EndsAt);
                _out.Labels(alert.Texts);
                break;
            case HeartbeatDelta heartbeat:
                _out.Byte(Heartbeat);
                WriteTime(_out, heartbeat.PingAt);
                break;
            default:
                throw new UnreachableException($"No layout for {entry.Delta}.");
        }

        _out.SetInt(start, _out.Count - start - 4);
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
            yield return ReadOne(new PackedReader(packed.Span.Slice(at + 4, length)));
            at += 4 + length;
        }
    }

    private static RepeatEntry ReadOne(PackedReader rest)
    {
        var partition = rest.Short();
        var position = rest.Long();
        var kind = (GrainKind)rest.Byte();
        var grain = new GrainId(kind, rest.Text());
        var reason = rest.Text();
        var tag = rest.Byte();
        Delta? delta = tag switch
        {
            NoDelta or NoDeltaAsked => null,
            Alert => new AlertDelta(rest.Long(), TakeTime(ref rest)!.Value, TakeTime(ref rest), rest.Labels()),
            Heartbeat => new HeartbeatDelta(TakeTime(ref rest)!.Value),
            _ => throw new InvalidDataException(tag),
        };
        var asked = tag == NoDeltaAsked ? new Asked(rest.Text(), TakeId(ref rest)) : null;
        return new RepeatEntry(partition, position, grain, reason, delta, asked);
    }

    private static void WriteTime(PackedWriter to, DateTimeOffset? value) =>
        to.Long(value?.ToUnixTimeMilliseconds() ?? long.MinValue);

    private static DateTimeOffset? TakeTime(ref PackedReader from) =>
        from.Long() is var value && value == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(value);

    private static Guid? TakeId(ref PackedReader from) => from.Id() is var id && id == Guid.Empty ? null : id;

    private sealed class InvalidDataException(byte found) : Exception(
        $"The repeat log holds layout or tag {found}, which this release cannot read: was it written by a newer one?");
}
