using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Alertmanager;

/// <summary>
/// Scripts of any site may call <c>/api/v2</c>, as they may an Alertmanager: karma writes silences from the browser. A
/// key is needed all the same, and no browser sends one by itself, for there are no cookies.
/// </summary>
public static class CrossOrigin
{
    private const string Methods = "GET, HEAD, POST, DELETE";
    private const string AllowedHeaders = "Accept, Authorization, Content-Encoding, Content-Type, Origin, X-Requested-With";
    private const string ShownHeaders = "Date, Retry-After";

    private static readonly PathString Root = "/api/v2";

    /// <summary>Put it before keys are asked for: a browser's question before its call has none.</summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Root))
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = ShownHeaders;
        headers.CacheControl = "no-store";
        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers.AccessControlRequestMethod.Count == 0)
        {
            return next(context);
        }

        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = AllowedHeaders;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });
}
