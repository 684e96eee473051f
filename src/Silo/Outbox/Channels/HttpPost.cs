using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>What a channel posts, and where to.</summary>
public sealed record HttpPost(Uri Url, string MediaType, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>Whatever the receiver wants beside the body: who we are, a signature.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>
    /// Where the status says all, a body that never ends must not make an arrived page an unknown one.
    /// </summary>
    public bool ReadsAnswer { get; init; } = true;

    public static HttpPost Json<T>(Uri url, T body) =>
        new(url, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body, Relaxed));

    /// <summary>Such a character takes more room in <see cref="Json{T}"/> than in UTF-8.</summary>
    public static bool Escapes(Rune rune) => Relaxed.Encoder!.WillEncode(rune.Value);

    public static HttpPost Form(Uri url, IEnumerable<(string Name, string Value)> fields) => new(
        url,
        "application/x-www-form-urlencoded",
        Encoding.ASCII.GetBytes(string.Join(
            '&', fields.Select(f => $"{WebUtility.UrlEncode(f.Name)}={WebUtility.UrlEncode(f.Value)}"))));

    public HttpPost With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };
}
