using Correlation.Gateway.Changes;
using Correlation.Gateway.Contacts;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Query.Alerts;
using Correlation.Gateway.Query.Events;
using Correlation.Gateway.Query.Incidents;
using Correlation.Gateway.Query.Maintenance;
using Correlation.Gateway.Query.Schedules;
using Correlation.Gateway.Query.Silences;
using Correlation.Gateway.Query.Topology;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Correlation.Gateway.Query;

/// <summary>The native API under <c>/api/v1</c> and its OpenAPI document.</summary>
public static class Native
{
    private const string Root = "/api/v1";
    private const string Document = "v1";

    public static IServiceCollection AddNative(this IServiceCollection services)
    {
        services.AddSingleton<IncidentLookup>().AddSingleton<MemberReader>().AddSingleton<IncidentActions>();
        services.AddSingleton<AlertEndpoints>().AddSingleton<SilenceEndpoints>().AddSingleton<OverrideEndpoints>();
        services.AddSingleton<ContactBook>().AddSingleton<ContactEndpoints>();
        services.AddSingleton<EntityEndpoints>();
        services.AddSingleton<EventSignal>().AddSingleton<EventFeed>().AddSingleton<EventStream>();
        services.AddHostedService(provider => provider.GetRequiredService<EventFeed>());
        return services.AddOpenApi(Document, options =>
        {
            options.ShouldInclude = endpoint =>
                endpoint.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer<NativeDocument>();
        });
    }

    public static IEndpointRouteBuilder MapNative(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").RequireRight(KeyRights.Read);
        var api = app.MapGroup(Root).RequireRight(KeyRights.Read);
        api.AddEndpointFilter<RouteGroupBuilder, Faults>().AddEndpointFilter<RouteGroupBuilder, KnownParameters>();
        api.MapIncidentReads();
        IncidentActions.MapIncidentActions(api);
        AlertEndpoints.MapAlerts(api);
        SilenceEndpoints.MapSilences(api);
        api.MapSchedules();
        api.MapCalendars();
        OverrideEndpoints.MapOverrides(api);
        api.MapMaintenance();
        api.MapHeartbeats();
        api.MapTopology();
        api.MapChanges();
        EntityEndpoints.MapEntities(api);
        api.MapPolicies();
        api.MapQuarantine();
        api.MapCluster();
        api.MapHold();
        ReachEndpoints.MapReach(api);
        ContactEndpoints.MapContacts(api);
        EventStream.MapEvents(api);
        return app;
    }
}
