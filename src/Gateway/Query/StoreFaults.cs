using System.Data.Common;
using System.Globalization;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Query;

/// <summary>Overload and a store that is down are temporary: 503, and when to come again.</summary>
internal sealed partial class StoreFaults(ILogger<StoreFaults> logger) : IEndpointFilter
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (UnavailableException fault)
        {
            return Unavailable(context.HttpContext, fault.Message, fault.RetryAfter);
        }
        catch (DbException fault)
        {
            LogStoreFault(context.HttpContext.Request.Path, fault.Message);
            return Unavailable(context.HttpContext, "The store does not answer.", StoreRetry);
        }
    }

    private static Problem Unavailable(HttpContext context, string reason, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new Problem(StatusCodes.Status503ServiceUnavailable, "Temporarily unavailable", reason);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Path} answered 503: the store failed: {Reason}")]
    private partial void LogStoreFault(string path, string reason);
}
