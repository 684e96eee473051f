using Correlation.Gateway.Admin;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie;

namespace Correlation.Silo.Hosting;

/// <summary>What the process answers, one line per protocol.</summary>
public static class GatewayRoutes
{
    public static IServiceCollection AddGateway(this IServiceCollection services) => services
        .AddKeys()
        .AddAdmin();

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseRouting();
        app.UseKeys();
        app.MapAdmin();
        app.MapOpsgenie();
        return app;
    }
}
