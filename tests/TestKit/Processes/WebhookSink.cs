using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Correlation.TestKit.Processes;

/// <summary>A request as it came. Header names are looked up in any case.</summary>
public sealed record SinkRequest(
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset ArrivedAt)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body.Span);

    public override string ToString() => $"{ArrivedAt:HH:mm:ss.fff} {Method} {Path}{Query} {Text}";
}

/// <summary>What the sink does with a request once it has recorded it.</summary>
public sealed record SinkAnswer(int Status, string Body = "")
{
    /// <summary>The connection is cut without an answer: the sender cannot know what became of its request.</summary>
    public static readonly SinkAnswer Drop = new(0);

    /// <summary>No answer comes until the sender gives up or the sink is disposed.</summary>
    public static readonly SinkAnswer Hang = new(0) { Delay = Timeout.InfiniteTimeSpan };

    /// <summary>The connection is cut within the answer.</summary>
    public static readonly SinkAnswer CutOff = new(200, "{");

    public TimeSpan Delay { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// An HTTP receiver on loopback that records every request and answers what was planned for the path, else as its
/// protocol does; without one, 200.
/// </summary>
public sealed class WebhookSink : IAsyncDisposable
{
    private readonly Received<SinkRequest> _received = new();
    private readonly Answers<string, SinkAnswer?> _answers = new(null);
    private readonly Func<SinkRequest, SinkAnswer> _protocol;
    private readonly CancellationTokenSource _disposed = new();
    private readonly WebApplication _server;

    private WebhookSink(Func<SinkRequest, SinkAnswer> protocol)
    {
        _protocol = protocol;
        var port = FreePort.Next();
        Url = $"http://127.0.0.1:{port}";
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    public string Url { get; }

    public IReadOnlyList<SinkRequest> Requests => _received.All;

    /// <summary>Given to every request while it is set.</summary>
    public SinkAnswer? Instead { get; set; }

    public static async Task<WebhookSink> StartNewAsync(Func<SinkRequest, SinkAnswer>? protocol = null)
    {
        var sink = new WebhookSink(protocol ?? (_ => new SinkAnswer(StatusCodes.Status200OK)));
        await sink._server.StartAsync();
        return sink;
    }

    /// <summary>Answers requests to the path with these in turn, and with the last one from then on.</summary>
    public void Answer(string path, params SinkAnswer[] answers) => _answers.Plan(path, answers);

    /// <inheritdoc cref="Received{T}.WaitForAsync(Func{T, bool}, TimeSpan, string)"/>
    public Task<SinkRequest> WaitForAsync(Func<SinkRequest, bool> wanted, TimeSpan deadline, string what) =>
        _received.WaitForAsync(wanted, deadline, what);

    /// <inheritdoc cref="Received{T}.WaitForAsync(Func{T, bool}, int, TimeSpan, string)"/>
    public Task<IReadOnlyList<SinkRequest>> WaitForAsync(
        Func<SinkRequest, bool> wanted, int count, TimeSpan deadline, string what) =>
        _received.WaitForAsync(wanted, count, deadline, what);

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _server.DisposeAsync();
        _disposed.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var arrivedAt = TimeProvider.System.GetUtcNow();
        var path = context.Request.Path.Value ?? "";
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);

        // The answer is chosen before the request is seen by a waiting test, which may plan the next one at once.
        var request = new SinkRequest(
            context.Request.Method,
            path,
            context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(),
            arrivedAt);
        var answer = Instead ?? _answers.Next(path) ?? _protocol(request);
        _received.Add(request);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _disposed.Token);
        try
        {
            await Task.Delay(answer.Delay, TimeProvider.System, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        if (answer == SinkAnswer.Drop)
        {
            context.Abort();
            return;
        }

        if (answer == SinkAnswer.CutOff)
        {
            context.Response.ContentLength = answer.Body.Length + 1;
            await context.Response.WriteAsync(answer.Body);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await WriteAsync(context.Response, answer);
    }

    private static async Task WriteAsync(HttpResponse response, SinkAnswer answer)
    {
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.Body.Length > 0)
        {
            await response.WriteAsync(answer.Body);
        }
    }
}
