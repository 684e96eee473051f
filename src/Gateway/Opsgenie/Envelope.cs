using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// The one writer of Opsgenie answers. Whatever happened, a client reads a JSON object with <c>took</c> and
/// <c>requestId</c>, and the same id in X-Request-Id: the Go SDK polls with the header's.
/// </summary>
internal sealed class Envelope(TimeProvider time, FreshIds ids) : IRefusals
{
    private const int KeptBuffer = 256 * 1024;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An answer is rendered without waiting, so one buffer per thread serves all requests.</summary>
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _rendering;

    public long Start() => time.GetTimestamp();

    public Task WriteAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null) =>
        WriteAsync(
            context,
            time.GetTimestamp(),
            new ApiAnswer(status) { Message = message, Code = status == 403 ? 40301 : null, RetryAfter = retryAfter });

    public Task WriteAsync(HttpContext context, long started, ApiAnswer answer)
    {
        // Never 0: the Go SDK takes that for a missing field.
        var took = Math.Max(Math.Round(time.GetElapsedTime(started).TotalSeconds, 3), 0.001);
        var requestId = answer.RequestId ?? ids.Next("request");
        WriteHeaders(context.Response, answer, took, requestId);
        var body = Render(answer, took, requestId);
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        context.Response.BodyWriter.Write(body);
        var flush = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    private static void WriteHeaders(HttpResponse response, ApiAnswer answer, double took, Guid requestId)
    {
        response.StatusCode = answer.Status;
        response.ContentType = "application/json; charset=utf-8";
        var headers = response.Headers;
        headers["X-Request-Id"] = requestId.ToString();
        headers["X-Response-Time"] = took.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-State"] = answer.Status == 429 ? "THROTTLED" : "OK";
        if (answer.Status == 429)
        {
            headers["X-RateLimit-Reason"] = "ACCOUNT";
        }

        headers["X-RateLimit-Period-In-Sec"] = "60";
        if (answer.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        SetIfAny(headers, "Allow", answer.Allow);
        if (answer.Paging is { } paging)
        {
            headers["X-Paging-First"] = paging.First;
            SetIfAny(headers, "X-Paging-Next", paging.Next);
            SetIfAny(headers, "X-Paging-Prev", paging.Previous);
            SetIfAny(headers, "X-Paging-Last", paging.Last);
        }
    }

    private static void SetIfAny(IHeaderDictionary headers, string name, string? value)
    {
        if (value is not null)
        {
            headers[name] = value;
        }
    }

    private static ReadOnlySpan<byte> Render(ApiAnswer answer, double took, Guid requestId)
    {
        // A page of long descriptions must not stay with the thread for ever.
        if (_rendering is null or { Buffer.Capacity: > KeptBuffer })
        {
            _rendering = NewRendering();
        }

        var (buffer, writer) = _rendering.Value;
        buffer.ResetWrittenCount();
        writer.Reset(buffer);

        writer.WriteStartObject();
        WriteTextIfAny(writer, "result"u8, answer.Result);
        WriteTextIfAny(writer, "message"u8, answer.Message);
        if (answer.Code is { } code)
        {
            writer.WriteNumber("code"u8, code);
        }

        if (answer.Errors is { } errors)
        {
            writer.WriteStartObject("errors"u8);
            foreach (var (field, text) in errors)
            {
                writer.WriteString(field, text);
            }

            writer.WriteEndObject();
        }

        if (answer.Data is { } data)
        {
            writer.WritePropertyName("data"u8);
            data(writer);
        }

        if (answer.Paging is { } paging)
        {
            writer.WriteStartObject("paging"u8);
            writer.WriteString("first"u8, paging.First);
            WriteTextIfAny(writer, "next"u8, paging.Next);
            WriteTextIfAny(writer, "prev"u8, paging.Previous);
            WriteTextIfAny(writer, "last"u8, paging.Last);
            writer.WriteEndObject();
        }

        if (answer.Expandable is { } words)
        {
            AlertJson.WriteTexts(writer, "expandable", words);
        }

        if (answer.TotalCount is { } total)
        {
            writer.WriteNumber("totalCount"u8, total);
        }

        writer.WriteNumber("took"u8, took);
        writer.WriteString("requestId"u8, requestId);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteTextIfAny(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) NewRendering()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, Json));
    }
}
