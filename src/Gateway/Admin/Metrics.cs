using System.Reflection;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Admin;

/// <summary><c>/metrics</c> in the Prometheus text format. It needs a key that may read.</summary>
internal static class Metrics
{
    /// <summary>The Alertmanager whose API is served: clients and dashboards ask for it by this metric.</summary>
    public const string AlertmanagerVersion = "0.27.0";

    private static readonly string Version =
        typeof(Metrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    internal static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder app)
    {
        app.MapGet("/metrics", WriteAsync).RequireRight(KeyRights.Read).ExcludeFromDescription();
        return app;
    }

    internal static void WriteOwner(Exposition page, bool isOwner) => page.Single(
        "correlation_owner",
        FamilyType.Gauge,
        "Whether this process runs the database; the others hand over to the one that does.",
        isOwner ? 1 : 0);

    private static async Task<IResult> WriteAsync(
        MeterReadings readings, IGrains grains, IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = new Exposition();
        readings.Write(page);
        await StoreMetrics.WriteAsync(page, reads, time, cancellationToken);
        PolicyFigures.Write(page, grains.Policy, time.GetUtcNow());
        ProcessFigures.Write(page);
        WriteOwner(page, isOwner: true);
        Build(page, "correlation_build_info", "Version of this service.", Version);
        Build(page, "alertmanager_build_info", "Version of the Alertmanager API that is served.", AlertmanagerVersion);
        return TypedResults.Text(page.ToString(), Exposition.ContentType);
    }

    private static void Build(Exposition page, string family, string help, string version)
    {
        if (page.Begin(family, FamilyType.Gauge, help))
        {
            page.Sample(family, Exposition.Label("version", version), 1);
        }
    }
}
