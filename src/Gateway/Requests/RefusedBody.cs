using System.Buffers;

namespace Correlation.Gateway.Requests;

/// <summary>A copy of what a request said, or of its beginning, made while its bytes are still there.</summary>
/// <param name="Size">Of the whole body; -1 when it was not read to its end.</param>
public sealed record RefusedBody(long Size, byte[] Begin)
{
    public const int Kept = 64 * 1024;

    /// <summary>Too large: nothing of it was read.</summary>
    public static RefusedBody Unread(long? size) => new(size ?? -1, []);

    public static RefusedBody Of(in ReadOnlySequence<byte> body) =>
        new(body.Length, body.Slice(0, Math.Min(body.Length, Kept)).ToArray());
}
