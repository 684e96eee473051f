using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Correlation.Gateway.Answers;

/// <summary>A form as it was signed: byte for byte, before anything is read out of it.</summary>
internal sealed record RawBody(string Text)
{
    public IReadOnlyDictionary<string, string> Fields { get; } = QueryHelpers.ParseQuery(Text)
        .ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);

    public string this[string name] => Fields.GetValueOrDefault(name, "");

    /// <exception cref="BadHttpRequestException">It is larger than what is allowed here.</exception>
    public static async Task<RawBody> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return new RawBody(await reader.ReadToEndAsync(context.RequestAborted));
    }
}
