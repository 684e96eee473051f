using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Gateway.Requests;

/// <summary>
/// A request's body, read whole and parsed in place, without a copy of it. It may be packed with gzip. Large ones are
/// bounded by <see cref="BodyRoom"/>.
/// </summary>
internal static class WholeBody
{
    public const int Limit = 4 * 1024 * 1024;

    public delegate T Parser<in TState, out T>(in ReadOnlySequence<byte> body, TState state);

    /// <param name="cut">The body is longer, and this is its beginning.</param>
    public delegate T BeginningParser<in TState, out T>(in ReadOnlySequence<byte> body, bool cut, TState state);

    public static string TooLarge { get; } = $"Request body is larger than {Limit} bytes, the most that is accepted.";

    /// <summary>Null when the body is <see cref="TooLarge"/>. A byte order mark is left out.</summary>
    /// <exception cref="BadHttpRequestException">It is packed in another way, or not as it says.</exception>
    public static async ValueTask<T?> ReadAsync<TState, T>(HttpContext context, TState state, Parser<TState, T> parse)
        where T : class
    {
        if (context.Request.ContentLength > Limit)
        {
            return null;
        }

        var held = Held(context, Limit);
        var packed = Unpack(context.Request);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await NextAsync(reader, packed, context.RequestAborted);
            var body = read.Buffer;
            if (body.Length > Limit)
            {
                reader.AdvanceTo(body.End);
                return null;
            }

            Hold(context, ref held, reader, body);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }

            try
            {
                return parse(WithoutByteOrderMark(body), state);
            }
            finally
            {
                reader.AdvanceTo(body.End);
            }
        }
    }

    /// <summary>
    /// Of a body beyond the limit (in bytes) only the beginning is parsed. The rest is read and let go, or its sender
    /// would meet a broken connection instead of the answer; at eight times the limit that ends too.
    /// </summary>
    public static async ValueTask<T> ReadBeginningAsync<TState, T>(
        HttpContext context, int limit, TState state, BeginningParser<TState, T> parse)
    {
        var held = Held(context, limit);

        // Of a packed one the bytes that come are bounded as of any other: they may unpack to nothing.
        var packed = Unpack(context.Request);
        if (!packed && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var reader = context.Request.BodyReader;
        var read = await NextAsync(reader, packed, context.RequestAborted);
        while (!read.IsCompleted && read.Buffer.Length <= limit)
        {
            Hold(context, ref held, reader, read.Buffer);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await NextAsync(reader, packed, context.RequestAborted);
        }

        Hold(context, ref held, reader, read.Buffer);
        var cut = read.Buffer.Length > limit;
        T parsed;
        try
        {
            parsed = parse(WithoutByteOrderMark(cut ? read.Buffer.Slice(0, limit) : read.Buffer), cut, state);
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End);
        }

        for (long gone = limit; !read.IsCompleted && gone < 8L * limit; reader.AdvanceTo(read.Buffer.End))
        {
            read = await NextAsync(reader, packed, context.RequestAborted);
            gone += read.Buffer.Length;
        }

        return parsed;
    }

    /// <summary>No more than white space.</summary>
    public static bool IsBlank(in ReadOnlySequence<byte> body)
    {
        foreach (var part in body)
        {
            if (part.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="limit">Bytes; no more is read.</param>
    private static BodyRoom.Part? Held(HttpContext context, int limit) =>
        context.Request.ContentLength is > BodyRoom.Small and { } length
            ? BodyRoom.Take(context, Math.Min(length, limit))
            : null;

    /// <summary>So much of it is in memory; what does not fit is let go.</summary>
    private static void Hold(
        HttpContext context, ref BodyRoom.Part? held, PipeReader reader, in ReadOnlySequence<byte> body)
    {
        if (held is null && body.Length <= BodyRoom.Small)
        {
            return;
        }

        try
        {
            held ??= BodyRoom.Take(context, null);
            held.Grow(body.Length);
        }
        catch (UnavailableException)
        {
            reader.AdvanceTo(body.End);
            throw;
        }
    }

    /// <summary>
    /// What is unpacked counts against the limit as it comes, so that a small body cannot become a huge one.
    /// </summary>
    /// <returns>Whether it was packed.</returns>
    private static bool Unpack(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count == 0)
        {
            return false;
        }

        switch (encoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                return false;
            case "gzip":
                request.Body = new GZipStream(request.Body, CompressionMode.Decompress);
                return true;
            default:
                throw new BadHttpRequestException(
                    "'Content-Encoding' must be gzip or none.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    private static ValueTask<ReadResult> NextAsync(
        PipeReader reader, bool packed, CancellationToken cancellationToken) =>
        packed ? NextPackedAsync(reader, cancellationToken) : reader.ReadAsync(cancellationToken);

    private static async ValueTask<ReadResult> NextPackedAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (InvalidDataException wrong)
        {
            throw new BadHttpRequestException("The body is not gzip, as 'Content-Encoding' says.", wrong);
        }
    }

    private static ReadOnlySequence<byte> WithoutByteOrderMark(in ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        return reader.IsNext([0xEF, 0xBB, 0xBF], advancePast: true) ? reader.UnreadSequence : body;
    }
}
