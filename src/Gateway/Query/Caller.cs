using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Query;

/// <summary>Who calls, and as whom.</summary>
internal static class Caller
{
    private const int LongestKey = 255;

    public static ApiKey Of(HttpContext context) =>
        context.Features.Get<ApiKey>() ?? throw new InvalidOperationException(
            "The endpoint was reached without a key.");

    /// <summary>Who is named in the history: the user the body gives, else the key.</summary>
    public static string Actor(ApiKey key, string user) => user.Length > 0 ? user : key.Name;

    public static Said Said(ApiKey key, PersonBody body, Fields fields, DateTimeOffset at) => new(
        Actor(key, fields.Text("user", body.User, Fields.LongestName)),
        fields.Text("note", body.Note, Fields.LongestNote),
        at);

    /// <summary>
    /// The caller's idempotency key; null without one. It counts for one address and one API key: the same text sent to
    /// acknowledge and then to resolve must do both. A digest of the three, as an index takes a key of this size and a
    /// path may be of any.
    /// </summary>
    public static RetryKey? IdempotencyKey(HttpContext context, ApiKey key, Fields fields)
    {
        if (context.Request.Headers["Idempotency-Key"] is not [{ Length: > 0 } given, ..])
        {
            return null;
        }

        fields.Text("Idempotency-Key", given, LongestKey);
        var digest = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Name}\n{context.Request.Path}\n{given}")));
        return new RetryKey(digest, context.Features.Get<ReadBody>()?.Digest ?? "");
    }

    /// <summary>For the idempotency key, when there is one: with another body it is another request.</summary>
    public static void NoteBody(HttpContext context, in ReadOnlySequence<byte> body)
    {
        if (context.Request.Headers.ContainsKey("Idempotency-Key"))
        {
            context.Features.Set(new ReadBody(Convert.ToHexStringLower(SHA256.HashData(body.ToArray()))));
        }
    }

    private sealed record ReadBody(string Digest);
}
