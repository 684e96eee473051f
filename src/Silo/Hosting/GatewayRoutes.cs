using Correlation.Gateway.Admin;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Answers;
using Correlation.Gateway.Changes;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Lineage;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Query;
using Correlation.Gateway.Requests;
using Correlation.Silo.Shards;

namespace Correlation.Silo.Hosting;

/// <summary>What the process answers, one line per protocol.</summary>
public static class GatewayRoutes
{
    public static IServiceCollection AddGateway(this IServiceCollection services) => services
        .AddKeys()
        .AddQuarantine()
        .AddBodies(s => s.GetRequiredService<ShardInbox>().NoteTurnedAway)
        .AddAdmin()
        .AddAnswering()
        .AddNative()
        .AddLineage();

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseRefusalCount();
        app.UseCrossOrigin();
        app.UseRouting();
        app.UseKeys();
        app.MapAdmin();
        app.MapAnswers();
        app.MapNative();
        app.MapLineage();
        app.MapMlflow();
        app.MapAlertmanager();
        app.MapOpsgenie();
        app.MapUnknownPaths();
        return app;
    }
}
