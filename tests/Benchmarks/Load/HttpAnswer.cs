using System.Buffers.Text;
using System.Text;

namespace Correlation.Benchmarks.Load;

/// <summary>Reads as much of an answer as one needs to know that it is complete, and its status.</summary>
internal static class HttpAnswer
{
    /// <summary>False while the answer is not complete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out int status)
    {
        status = 0;
        var headLength = received.IndexOf("\r\n\r\n"u8);
        if (headLength < 0)
        {
            return false;
        }

        var head = received[..headLength];
        var body = received[(headLength + 4)..];
        if (head.Length < 12 || !Utf8Parser.TryParse(head.Slice(9, 3), out status, out _))
        {
            throw new InvalidDataException($"not an HTTP answer: {Encoding.Latin1.GetString(head)}");
        }

        if (Field(head, "content-length:"u8, out var value))
        {
            return body.Length >= Number(value, 'D');
        }

        if (Field(head, "transfer-encoding:"u8, out _))
        {
            return HasLastChunk(body);
        }

        return status is 204 or 304
            ? true
            : throw new InvalidDataException(
                $"an answer with neither Content-Length nor chunks: {Encoding.Latin1.GetString(head)}");
    }

    private static bool Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var line = head.IndexOf((byte)'\n'); line >= 0; line = head.IndexOf((byte)'\n'))
        {
            head = head[(line + 1)..];
            if (head.Length > name.Length && Ascii.EqualsIgnoreCase(head[..name.Length], name))
            {
                value = head[name.Length..].TrimStart((byte)' ');
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool HasLastChunk(ReadOnlySpan<byte> body)
    {
        while (body.IndexOf("\r\n"u8) is var line and >= 0)
        {
            var size = Number(body, 'X');
            if (size == 0)
            {
                return body[line..].IndexOf("\r\n\r\n"u8) >= 0;
            }

            var next = line + 2 + size + 2;
            if (body.Length < next)
            {
                return false;
            }

            body = body[next..];
        }

        return false;
    }

    private static int Number(ReadOnlySpan<byte> text, char format) =>
        Utf8Parser.TryParse(text, out int number, out _, format)
            ? number
            : throw new InvalidDataException($"not a length: {Encoding.Latin1.GetString(text)}");
}
