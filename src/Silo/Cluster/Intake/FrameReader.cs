using System.Buffers.Binary;

namespace Correlation.Silo.Cluster.Intake;

/// <summary>Frames off a stream: the length of what follows (u32, little endian), the kind (u8), the body.</summary>
internal sealed class FrameReader(Stream stream)
{
    public const int HeadSize = 5;

    /// <summary>Far more than a batch has: a request may be larger than all the others of its batch together.</summary>
    private const int Largest = 256 << 20;
    private const int UsualSize = 64 * 1024;

    /// <summary>Bytes; memory of a larger frame is given back after it.</summary>
    private const int MostKept = 1024 * 1024;

    private byte[] _buffer = new byte[UsualSize];
    private int _begin;
    private int _end;

    /// <summary>The body is overwritten by the next call.</summary>
    /// <returns>Null when the stream has ended.</returns>
    /// <exception cref="IOException">The connection is broken.</exception>
    /// <exception cref="InvalidDataException">No frame can be as long.</exception>
    public async ValueTask<(FrameKind Kind, ReadOnlyMemory<byte> Body)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(HeadSize, cancellationToken))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_begin));
        if (length is < 1 or > Largest)
        {
            throw new InvalidDataException($"A frame says that it has {length} bytes.");
        }

        var size = HeadSize - 1 + length;
        if (!await FillAsync(size, cancellationToken))
        {
            return null;
        }

        var frame = _buffer.AsMemory(_begin, size);
        _begin += size;
        return ((FrameKind)frame.Span[HeadSize - 1], frame[HeadSize..]);
    }

    private async ValueTask<bool> FillAsync(int size, CancellationToken cancellationToken)
    {
        while (_end - _begin < size)
        {
            MakeRoom(size);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void MakeRoom(int size)
    {
        if (_begin == _end)
        {
            (_begin, _end) = (0, 0);
            if (_buffer.Length > MostKept && size <= UsualSize)
            {
                _buffer = new byte[UsualSize];
            }
        }

        if (_buffer.Length - _begin >= size && _end < _buffer.Length)
        {
            return;
        }

        var room = _buffer.Length >= size ? _buffer : new byte[Math.Max(size, 2 * _buffer.Length)];
        Buffer.BlockCopy(_buffer, _begin, room, 0, _end - _begin);
        (_buffer, _end, _begin) = (room, _end - _begin, 0);
    }
}
