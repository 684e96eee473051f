using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Gateway.Query;

/// <summary>
/// Reads a request body and names the field that is wrong. An empty body is an object without fields.
/// </summary>
internal static class Body
{
    private const int MaxSize = 1024 * 1024;

    public static async Task<(T? Body, Problem? Problem)> ReadAsync<T>(HttpRequest request)
        where T : class, new()
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxSize;
        }

        using var bytes = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(bytes, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException fault)
        {
            var detail = $"The body could not be read: {fault.Message} At most {MaxSize} bytes.";
            return (null, new Problem(fault.StatusCode, "Invalid request", detail));
        }

        try
        {
            var json = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            return ((json.IsEmpty ? null : JsonSerializer.Deserialize<T>(json, NativeJson.Options)) ?? new T(), null);
        }
        catch (JsonException fault)
        {
            return (null, Explain<T>(fault));
        }
    }

    private static Problem Explain<T>(JsonException fault)
    {
        // The reader's own errors are about the text; all others are about a field.
        var field = fault.Path?.TrimStart('$').TrimStart('.') ?? "";
        if (fault.InnerException is JsonException || field.Length == 0)
        {
            return Problem.Invalid(
                "body",
                $"Not a JSON object: line {fault.LineNumber + 1}, position {fault.BytePositionInLine + 1}.");
        }

        var known = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))
            .ToList();
        var top = field.Split('.', '[')[0];
        return known.Contains(top, StringComparer.OrdinalIgnoreCase)
            ? Problem.Invalid(field, $"'{field}' has a wrong type or is there twice.")
            : Problem.Invalid(field, $"'{field}' is not known here. Known: {string.Join(", ", known)}.");
    }
}
