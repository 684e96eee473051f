using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Correlation.Gateway.Query;

/// <summary>What the OpenAPI document says beside the endpoints: the title and how to authenticate.</summary>
internal sealed class NativeDocument : IOpenApiDocumentTransformer
{
    private const string Scheme = "key";

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Correlation",
            Version = "v1",
            Description = "Incidents, alerts, silences, schedules and overrides, topology, heartbeats and the event stream.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "Authorization",
            Description = "'GenieKey <key>'; 'Bearer <key>' and Basic with the key as password are taken as well.",
        };
        var scheme = new OpenApiSecuritySchemeReference(Scheme, document);
        document.Security = [new OpenApiSecurityRequirement { [scheme] = [] }];
        return Task.CompletedTask;
    }
}
