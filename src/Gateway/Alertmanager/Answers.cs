using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Alertmanager;

/// <summary>
/// Alertmanager's answers. Its handlers word an error as a bare JSON string, its framework as code and message; clients
/// print either, and take any status but the documented one for a failure.
/// </summary>
internal sealed class Answers : IRefusals
{
    public static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task WriteAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter =
                Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return CodedAsync(context, status, status, message);
    }

    /// <summary>200 without a body.</summary>
    public static Task Done(HttpContext context)
    {
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static Task TextAsync(HttpContext context, int status, string message) =>
        JsonAsync(context, status, message, static (json, message) => json.WriteStringValue(message));

    /// <param name="code">The status, or one of the framework's own codes from 600 on.</param>
    public static Task CodedAsync(HttpContext context, int status, int code, string message) =>
        JsonAsync(context, status, (code, message), static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteNumber("code"u8, error.code);
            json.WriteString("message"u8, error.message);
            json.WriteEndObject();
        });

    public static Task JsonAsync<T>(HttpContext context, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, Json))
        {
            write(json, value);
        }

        Head(context, status);
        context.Response.ContentLength = body.WrittenCount;
        return context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    public static void Head(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
    }
}
