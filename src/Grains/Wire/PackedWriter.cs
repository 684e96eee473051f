using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Correlation.Grains.Model;

namespace Correlation.Grains.Wire;

/// <summary>
/// Writes values one after the other, little endian, as <see cref="PackedReader"/> reads them. A text is its UTF-8
/// length and the bytes; labels are their count + 1 (0 is none) and the texts. Lengths and counts are in 7-bit groups,
/// low ones first: an annotation may be longer than any fixed small length.
/// </summary>
public sealed class PackedWriter
{
    private const int UsualSize = 64 * 1024;
    private const int MostKept = 1024 * 1024;
    private const int IdSize = 16;

    private ArrayBufferWriter<byte> _out = new(UsualSize);

    public int Count => _out.WrittenCount;

    /// <summary>Overwritten by what is written after <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _out.WrittenMemory;

    /// <summary>Begins anew in the same memory.</summary>
    public void Clear()
    {
        if (_out.Capacity > MostKept)
        {
            _out = new ArrayBufferWriter<byte>(UsualSize);
        }

        _out.ResetWrittenCount();
    }

    public void Byte(byte value)
    {
        _out.GetSpan(1)[0] = value;
        _out.Advance(1);
    }

    public void Short(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_out.GetSpan(2), checked((ushort)value));
        _out.Advance(2);
    }

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_out.GetSpan(4), value);
        _out.Advance(4);
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_out.GetSpan(8), value);
        _out.Advance(8);
    }

    /// <summary>Overwrites an <see cref="Int"/>.</summary>
    /// <param name="at">Where it was written.</param>
    public void SetInt(int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(MemoryMarshal.AsMemory(_out.WrittenMemory).Span[at..], value);

    public void Length(int value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    public void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Length(length);
        Encoding.UTF8.GetBytes(text, _out.GetSpan(length));
        _out.Advance(length);
    }

    /// <summary>Without their length.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _out.Write(bytes);

    public void Id(Guid id)
    {
        id.TryWriteBytes(_out.GetSpan(IdSize), bigEndian: true, out _);
        _out.Advance(IdSize);
    }

    public void Labels(Labels? labels)
    {
        Length(labels is null ? 0 : labels.Count + 1);
        foreach (var text in labels is null ? [] : labels.Pairs)
        {
            Text(text);
        }
    }
}
