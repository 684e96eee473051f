using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Opsgenie;

/// <summary>A request's body, read whole and parsed in place, without a copy of it.</summary>
internal static class RequestBody
{
    public const int Limit = 4 * 1024 * 1024;

    public delegate T Parser<out T>(in ReadOnlySequence<byte> body);

    /// <summary>The parsed body, or the answer to one that is too large or not JSON.</summary>
    public static async ValueTask<(T? Value, ApiAnswer? Refusal)> ReadAsync<T>(HttpContext context, Parser<T> parse)
    {
        if (context.Request.ContentLength > Limit)
        {
            return (default, TooLarge());
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            var body = read.Buffer;
            if (body.Length > Limit)
            {
                reader.AdvanceTo(body.End);
                return (default, TooLarge());
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }

            try
            {
                return (parse(WithoutByteOrderMark(body)), null);
            }
            catch (JsonException e)
            {
                return (default, ApiAnswer.BadRequest($"Could not parse the request body as JSON: {e.Message}"));
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

    private static ApiAnswer TooLarge() =>
        new(413) { Message = $"Request body is larger than {Limit} bytes, the most that is accepted." };
}
