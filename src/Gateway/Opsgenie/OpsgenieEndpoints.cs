using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Correlation.Gateway.Opsgenie;

public static class OpsgenieEndpoints
{
    /// <summary>
    /// One endpoint for all of the API, behind any path prefix. It decides on the raw target itself, so it stands last
    /// among the routes and takes only what <see cref="ApiPath"/> recognizes.
    /// </summary>
    public static IEndpointConventionBuilder MapOpsgenie(this IEndpointRouteBuilder endpoints)
    {
        var api = ActivatorUtilities.CreateInstance<OpsgenieApi>(endpoints.ServiceProvider);
        var recognized = new { target = new PointsIntoTheApi() };
        var pattern = RoutePatternFactory.Parse("/{**target}", defaults: null, parameterPolicies: recognized);
        return endpoints.Map(pattern, api.HandleAsync)
            .WithDisplayName("Opsgenie")
            .WithMetadata(api.Refusals)
            .WithOrder(Last);
    }

    private const int Last = 1000;

    private sealed class PointsIntoTheApi : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext,
            IRouter? route,
            string routeKey,
            RouteValueDictionary values,
            RouteDirection routeDirection) =>
            httpContext is not null && ApiPath.TryParse(OpsgenieGuard.TargetOf(httpContext), out _);
    }
}
