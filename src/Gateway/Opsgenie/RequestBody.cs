using System.Buffers;
using System.Text.Json;
using Correlation.Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Opsgenie;

/// <summary>A request's body as JSON, or the API's answer to one that is not.</summary>
internal static class RequestBody
{
    public delegate T Parser<out T>(in ReadOnlySequence<byte> body);

    /// <summary>The parsed body, or the answer to one that is too large or not JSON.</summary>
    public static async ValueTask<(T? Value, ApiAnswer? Refusal)> ReadAsync<T>(HttpContext context, Parser<T> parse)
        where T : class
    {
        try
        {
            var value = await WholeBody.ReadAsync(
                context, parse, static (in ReadOnlySequence<byte> body, Parser<T> parse) => parse(body));
            return (value, value is null ? new ApiAnswer(413) { Message = WholeBody.TooLarge } : null);
        }
        catch (JsonException e)
        {
            return (null, ApiAnswer.BadRequest($"Could not parse the request body as JSON: {e.Message}"));
        }
    }
}
