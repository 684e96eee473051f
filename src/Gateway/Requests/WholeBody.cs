using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Gateway.Requests;

/// <summary>A request's body, read whole and parsed in place, without a copy of it. It may be packed with gzip.</summary>
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
    /// Of a body beyond the limit (in bytes) only the beginning is parsed. The rest is read and let go, or its sender would
    /// meet a broken connection instead of the answer; at eight times the limit that ends too.
    /// </summary>
    public static async ValueTask<T> ReadBeginningAsync<TState, T>(
        HttpContext context, int limit, TState state, BeginningParser<TState, T> parse)
    {
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
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await NextAsync(reader, packed, context.RequestAborted);
        }

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

    /// <summary>What is unpacked counts against the limit as it comes, so that a small body cannot become a huge one.</summary>
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
                throw new BadHttpRequestException("'Content-Encoding' must be gzip or none.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    private static ValueTask<ReadResult> NextAsync(PipeReader reader, bool packed, CancellationToken cancellationToken) =>
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
