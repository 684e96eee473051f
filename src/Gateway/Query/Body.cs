using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Correlation.Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Query;

/// <summary>
/// Reads a request body and names the field that is wrong. An empty body is an object without fields.
/// </summary>
internal static class Body
{
    private static readonly Problem TooLarge =
        new(StatusCodes.Status413PayloadTooLarge, "Invalid request", WholeBody.TooLarge, Field: "body");

    public static async Task<(T? Body, Problem? Problem)> ReadAsync<T>(HttpRequest request)
        where T : class, new()
    {
        try
        {
            var body = await WholeBody.ReadAsync(
                request.HttpContext,
                request.HttpContext,
                static (in ReadOnlySequence<byte> json, HttpContext context) =>
                {
                    Caller.NoteBody(context, json);
                    return WholeBody.IsBlank(json) ? new T() : Parse<T>(json, NativeJson.Options);
                });
            return (body, body is null ? TooLarge : null);
        }
        catch (JsonException fault)
        {
            return (null, Explain<T>(fault));
        }
    }

    private static T Parse<T>(in ReadOnlySequence<byte> json, JsonSerializerOptions options)
        where T : class, new()
    {
        var reader = new Utf8JsonReader(json);
        var body = JsonSerializer.Deserialize<T>(ref reader, options);

        // Throws when anything but white space follows.
        reader.Read();
        return body ?? new T();
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
