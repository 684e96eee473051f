using System.Data.Common;
using System.Globalization;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Query;

/// <summary>
/// Overload and a store that is down are temporary: 503, and when to come again. A body that cannot be read is the
/// caller's fault, and said as such. Anything else that fails is a bug of ours: 500, in the shape that a client of this
/// API can read, and the cause in the log.
/// </summary>
internal sealed partial class Faults(ILogger<Faults> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (UnavailableException fault)
        {
            return Unavailable(http, fault.Message, fault.RetryAfter);
        }
        catch (BadHttpRequestException fault) when (!http.Response.HasStarted)
        {
            return new Problem(fault.StatusCode, "Invalid request", fault.Message);
        }
        catch (DbException fault) when (!http.Response.HasStarted)
        {
            LogStoreFault(http.Request.Path, fault.Message);
            return Unavailable(http, StoreFault.Message, StoreFault.RetryAfter);
        }
        catch (Exception fault) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            LogFailed(fault, http.Request.Method, http.Request.Path);
            return new Problem(
                StatusCodes.Status500InternalServerError,
                "Failed",
                "The request failed inside the service; its log has the cause.");
        }
    }

    private static Problem Unavailable(HttpContext context, string reason, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new Problem(StatusCodes.Status503ServiceUnavailable, "Temporarily unavailable", reason);
    }

    [LoggerMessage(LogLevel.Error, "{Path} answered 503: the store failed: {Reason}")]
    private partial void LogStoreFault(string path, string reason);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} answered 500")]
    private partial void LogFailed(Exception fault, string method, string path);
}
