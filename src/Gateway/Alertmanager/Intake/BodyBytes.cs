using System.Buffers;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// A body in one piece. Kestrel hands it over in blocks of 4 KiB; copying them together costs a hundredth of what
/// reading across their borders does, and lets a part of it be looked at as it stands.
/// </summary>
internal readonly ref struct BodyBytes
{
    private readonly byte[]? _rented;

    public BodyBytes(in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            Span = body.FirstSpan;
            return;
        }

        var length = (int)body.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(_rented);
        Span = _rented.AsSpan(0, length);
    }

    public ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
