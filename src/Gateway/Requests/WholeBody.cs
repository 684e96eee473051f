using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Requests;

/// <summary>A request's body, read whole and parsed in place, without a copy of it.</summary>
internal static class WholeBody
{
    public const int Limit = 4 * 1024 * 1024;

    public delegate T Parser<in TState, out T>(in ReadOnlySequence<byte> body, TState state);

    public static string TooLarge { get; } = $"Request body is larger than {Limit} bytes, the most that is accepted.";

    /// <summary>Null when the body is <see cref="TooLarge"/>. A byte order mark is left out.</summary>
    public static async ValueTask<T?> ReadAsync<TState, T>(HttpContext context, TState state, Parser<TState, T> parse)
        where T : class
    {
        if (context.Request.ContentLength > Limit)
        {
            return null;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
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

    private static ReadOnlySequence<byte> WithoutByteOrderMark(in ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        return reader.IsNext([0xEF, 0xBB, 0xBF], advancePast: true) ? reader.UnreadSequence : body;
    }
}
