using System.Data.Common;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Alertmanager;

/// <summary>Around every endpoint: whatever goes wrong, a client reads it in Alertmanager's shape.</summary>
internal sealed partial class Guard(Answers answers, ILogger<Guard> log)
{
    public RequestDelegate Around(RequestDelegate endpoint) => context => RunAsync(endpoint, context);

    private async Task RunAsync(RequestDelegate endpoint, HttpContext context)
    {
        try
        {
            await endpoint(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            CallerLeft(log, context.Request.Method, context.Request.Path);
        }
        catch (UnavailableException e) when (!context.Response.HasStarted)
        {
            await answers.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message, e.RetryAfter);
        }
        catch (DbException e) when (!context.Response.HasStarted)
        {
            StoreFailed(log, context.Request.Method, context.Request.Path, e.Message);
            await answers.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, StoreFault.Message, StoreFault.RetryAfter);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await answers.WriteAsync(context, e.StatusCode, e.Message);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            // The one loop that can act on it is the client's, which sends again what was answered with 500.
            Failed(log, e, context.Request.Method, context.Request.Path);
            await Answers.TextAsync(
                context, StatusCodes.Status500InternalServerError,
                "The request failed inside the service; its log has the cause.");
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the caller left before the answer")]
    private static partial void CallerLeft(ILogger log, string method, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} answered 503: the store failed: {Reason}")]
    private static partial void StoreFailed(ILogger log, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger log, Exception cause, string method, string path);
}
