using System.Buffers;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>Bytes as they may come off a socket: one at a time.</summary>
internal static class Pieces
{
    public static ReadOnlySequence<byte> Of(byte[] whole)
    {
        Piece? first = null, last = null;
        for (var at = 0; at < whole.Length; at++)
        {
            last = new Piece(whole.AsMemory(at, 1), last);
            first ??= last;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, 1);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
