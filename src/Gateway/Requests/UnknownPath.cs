using Correlation.Gateway.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Correlation.Gateway.Requests;

/// <summary>
/// What no route takes: 405 with the methods that the path has, or 404, in the words of the API that was called.
/// Routing does not say 405 itself where a route takes any method at any path, as the one of the Opsgenie API does
/// until it looks closer.
/// </summary>
public static class UnknownPath
{
    /// <summary>Put it after all other routes.</summary>
    public static IEndpointRouteBuilder MapUnknownPaths(this IEndpointRouteBuilder app)
    {
        var routes = new Lazy<List<Route>>(() => [.. app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().SelectMany(RoutesOf)]);
        app.MapFallback("/{**path}", context => AnswerAsync(context, routes.Value)).ExcludeFromDescription();
        return app;
    }

    private static IEnumerable<Route> RoutesOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: { Count: > 0 } methods } && endpoint.RoutePattern.RawText is { } text
            ? [new Route(new TemplateMatcher(TemplateParser.Parse(text), []), methods)]
            : [];

    private static Task AnswerAsync(HttpContext context, List<Route> routes)
    {
        var (method, path) = (context.Request.Method, context.Request.Path);
        var methods = routes.Where(route => route.Matcher.TryMatch(path, []))
            .SelectMany(route => route.Methods)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (methods.Count == 0)
        {
            return Refusal.AnswerAsync(
                context, StatusCodes.Status404NotFound, "Not found", $"There is no {method} {path}.");
        }

        var allowed = string.Join(", ", methods);
        context.Response.Headers.Allow = allowed;
        return Refusal.AnswerAsync(
            context,
            StatusCodes.Status405MethodNotAllowed,
            "Method not allowed",
            $"There is no {method} {path}: use {allowed}.");
    }

    private sealed record Route(TemplateMatcher Matcher, IReadOnlyList<string> Methods);
}
