using System.Buffers.Binary;
using System.Text;
using Correlation.Grains.Model;

namespace Correlation.Grains.Wire;

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
/// <remarks>
/// Errors: what ends too early throws <see cref="ArgumentOutOfRangeException"/> or
/// <see cref="IndexOutOfRangeException"/>.
/// </remarks>
public ref struct PackedReader(ReadOnlySpan<byte> rest)
{
    private const int IdSize = 16;

    private ReadOnlySpan<byte> _rest = rest;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public int Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public int Length()
    {
        for (int value = 0, shift = 0; ; shift += 7)
        {
            var group = Byte();
            value |= (group & 0x7F) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
    }

    public string Text() => Encoding.UTF8.GetString(Take(Length()));

    public Guid Id() => new(Take(IdSize), bigEndian: true);

    public Labels? Labels()
    {
        var count = Length() - 1;
        if (count < 0)
        {
            return null;
        }

        var pairs = new string[count * 2];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = Text();
        }

        return Model.Labels.FromSortedPairs(pairs);
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        var taken = _rest[..size];
        _rest = _rest[size..];
        return taken;
    }
}
