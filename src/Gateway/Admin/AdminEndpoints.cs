using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Correlation.Gateway.Admin;

/// <summary>What an operator's tools ask: health, readiness and metrics.</summary>
public static class AdminEndpoints
{
    public static IServiceCollection AddAdmin(this IServiceCollection services) =>
        services.AddSingleton<MeterReadings>().AddSingleton<HttpRefusals>();

    /// <summary>Put it first.</summary>
    public static IApplicationBuilder UseRefusalCount(this IApplicationBuilder app)
    {
        // Before it creates its counter, so that it is listened to.
        app.ApplicationServices.GetRequiredService<MeterReadings>();
        var refusals = app.ApplicationServices.GetRequiredService<HttpRefusals>();
        return app.Use(next => context => refusals.RunAsync(context, next));
    }

    /// <summary>The metrics of a process that does not run the database.</summary>
    public static Task WriteEdgeMetricsAsync(HttpContext context, MeterReadings readings)
    {
        var page = new Exposition();
        readings.Write(page);
        ProcessFigures.Write(page);
        Metrics.WriteOwner(page, isOwner: false);
        context.Response.ContentType = Exposition.ContentType;
        return context.Response.WriteAsync(page.ToString());
    }

    public static IEndpointRouteBuilder MapAdmin(this IEndpointRouteBuilder app)
    {
        // Made here and not at the first scrape: what is counted before that counts too.
        app.ServiceProvider.GetRequiredService<MeterReadings>();
        return app.MapHealth().MapMetrics();
    }
}
