using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Query.Events;

/// <summary>
/// <c>GET /api/v1/events</c>: the history as server-sent events. The id of the last event seen, given back as
/// <c>Last-Event-ID</c>, goes on right after it; without it the stream starts at now.
/// </summary>
internal sealed partial class EventStream(
    EventFeed feed, IReads reads, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventStream> logger)
{
    private const int FlushSize = 32 * 1024;

    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>A client that takes nothing for this long is dropped; it can come back with its last id.</summary>
    private static readonly TimeSpan SlowestFlush = TimeSpan.FromSeconds(30);

    public static void MapEvents(IEndpointRouteBuilder api) =>
        api.MapGet("/events", (HttpContext context, EventStream stream) => stream.RunAsync(context))
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .TakesHeader(
                "Last-Event-ID", "Id of the last event that was seen: goes on right after it. Without it: from now on.")
            .WithName("events")
            .WithSummary("Every change as a server-sent event; resumes after 'Last-Event-ID'.");

    private async Task RunAsync(HttpContext context)
    {
        var key = Caller.Of(context);
        var fields = new Fields();
        var last = LastSeen(context.Request, fields);
        if ((fields.Problem ?? (key.Team is null ? null : Problem.OtherTeam(key))) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        using var listening = feed.Listen();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            // An id from the future is one of a store that was set back: it must not hide what comes now.
            var newest = await reads.LastEventAsync(ended.Token);
            var after = Math.Min(last ?? newest, newest);
            if (await BeginAsync(context, after, ended.Token))
            {
                await SendAsync(context, after, ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            LogEnded(context.Connection.Id);
        }
        catch (DbException fault) when (context.Response.HasStarted)
        {
            // The client comes back with its last id, and is answered 503 while the store is down.
            LogCut(context.Connection.Id, fault.Message);
        }
    }

    private static long? LastSeen(HttpRequest request, Fields fields)
    {
        const string Header = "Last-Event-ID";
        if (request.Headers[Header] is not [{ Length: > 0 } given, ..])
        {
            return null;
        }

        if (long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        fields.Wrong(Header, $"'{Header}' must be the id of an event of this stream.");
        return null;
    }

    private async Task<bool> BeginAsync(HttpContext context, long after, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // The id alone makes no event, yet a client that is cut off before the first one knows where to go on.
        var head = string.Create(CultureInfo.InvariantCulture, $"retry: 2000\nid: {after}\n\n");
        Encoding.UTF8.GetBytes(head, context.Response.BodyWriter);
        return await FlushAsync(context, cancellationToken);
    }

    private async Task SendAsync(HttpContext context, long after, CancellationToken cancellationToken)
    {
        var writer = context.Response.BodyWriter;
        while (true)
        {
            var frames = await feed.ReadAsync(after, HeartbeatInterval, cancellationToken);
            if (frames.Count == 0)
            {
                writer.Write(": still here\n\n"u8);
            }

            var unflushed = 0;
            foreach (var frame in frames)
            {
                writer.Write(frame.Bytes.Span);
                after = frame.Id;
                unflushed += frame.Bytes.Length;
                if (unflushed >= FlushSize)
                {
                    if (!await FlushAsync(context, cancellationToken))
                    {
                        return;
                    }

                    unflushed = 0;
                }
            }

            if (!await FlushAsync(context, cancellationToken))
            {
                return;
            }
        }
    }

    /// <returns>False when the client has gone or takes nothing.</returns>
    private async ValueTask<bool> FlushAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var flush = context.Response.BodyWriter.FlushAsync(cancellationToken);
        if (flush.IsCompletedSuccessfully)
        {
            return !flush.Result.IsCompleted;
        }

        try
        {
            return !(await flush.AsTask().WaitAsync(SlowestFlush, time, cancellationToken)).IsCompleted;
        }
        catch (TimeoutException)
        {
            LogDropped(context.Connection.Id, SlowestFlush.TotalSeconds);
            context.Abort();
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Event stream {Connection} ended")]
    private partial void LogEnded(string connection);

    [LoggerMessage(LogLevel.Warning, "Event stream {Connection} was cut: the store failed: {Reason}")]
    private partial void LogCut(string connection, string reason);

    [LoggerMessage(LogLevel.Information, "Event stream {Connection} was dropped: nothing was taken for {Seconds} s")]
    private partial void LogDropped(string connection, double seconds);
}
