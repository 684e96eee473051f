using System.Globalization;
using System.Text;
using Correlation.Silo.Cluster.Intake;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Silo.Cluster;

/// <summary>
/// Hands HTTP requests to the owner as they are, keys included: it is the owner that lets them in. Bodies and answers,
/// event streams too, flow through. While there is no owner a request waits for one, and is then told to come again.
/// </summary>
internal sealed class Forwarder(Func<(Uri Address, CancellationToken Gone)?> owner, TurnedAway turnedAway, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Set on what is forwarded, so that two processes that take each other for the owner do not play on for ever.
    /// </summary>
    public const string Mark = "X-Correlation-Forwarded";

    /// <summary>A request waits so long for an owner that can be reached.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What the owner has not answered so long after this process was told to stop, or takes over, is not waited for.
    /// </summary>
    private static readonly TimeSpan Leave = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>They belong to one connection.</summary>
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Expect", "Host",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    });

    public async Task ForwardAsync(HttpContext context, CancellationToken stopping)
    {
        if (context.Request.Headers.ContainsKey(Mark))
        {
            await RefuseAsync(context, "It was forwarded to a process that does not run the database any more.");
            return;
        }

        // As it came over the wire: decoded and encoded again it may name something else.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (!target.StartsWith('/'))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var began = time.GetTimestamp();
        for (var waits = true; waits;)
        {
            if (owner() is { } current)
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                await using var leave = stopping.Register(() => end.CancelAfter(Leave));
                await using var gone = current.Gone.Register(() => end.CancelAfter(Leave));
                try
                {
                    await SendAsync(context, current.Address, target, end.Token);
                    return;
                }
                catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
                {
                    // Nothing of it was sent.
                }
                catch (OperationCanceledException e)
                    when (e.InnerException is TimeoutException && !end.IsCancellationRequested)
                {
                    // No connection in time: nor was of this.
                }
                catch (HttpRequestException e)
                    when (e.InnerException is BadHttpRequestException bad && !context.Response.HasStarted)
                {
                    context.Response.StatusCode = bad.StatusCode;
                    return;
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
                {
                    await GoneAsync(context);
                    return;
                }
            }

            waits = time.GetElapsedTime(began) < Patience && !stopping.IsCancellationRequested;
            if (waits)
            {
                await Task.Delay(LookAgain, time, CancellationToken.None);
            }
        }

        await RefuseAsync(context, "No process runs the database now.");
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(HttpContext context, Uri address, string target, CancellationToken end)
    {
        var asked = context.Request;

        // Put together as text: as a relative reference the path //host/ would name another server.
        var uri = new Uri(
            address.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), uri);
        if (asked.ContentLength is > 0 || asked.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(asked.Body);
        }

        var named = asked.Headers.GetCommaSeparatedValues("Connection");
        foreach (var (name, values) in asked.Headers)
        {
            if (!OfTheConnection.Contains(name) && !named.Contains(name, StringComparer.OrdinalIgnoreCase) &&
                !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        request.Headers.TryAddWithoutValidation("Host", asked.Host.Value);
        request.Headers.TryAddWithoutValidation(Mark, "1");
        using var answer = await _client.SendAsync(request, end);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!OfTheConnection.Contains(name))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await context.Response.StartAsync(end);
        await using var body = await answer.Content.ReadAsStreamAsync(end);
        await CopyAsync(body, context, end);
    }

    /// <summary>Each part at once: an event is not kept until the next one comes.</summary>
    private static async Task CopyAsync(Stream body, HttpContext context, CancellationToken end)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, end)) > 0;)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), end);
                await context.Response.Body.FlushAsync(end);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The owner went away in the middle: an answer cut short must not look whole.
            context.Abort();
        }
    }

    private Task GoneAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return RefuseAsync(context, "The process that runs the database went away before it answered; whether it did what was asked is not known.");
    }

    private Task RefuseAsync(HttpContext context, string why)
    {
        turnedAway.Note();
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(new { message = why + " Send it again." });
    }
}
