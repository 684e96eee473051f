using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Correlation.Gateway.Query;

/// <summary>Tells OpenAPI about headers that endpoints read from the request themselves.</summary>
internal static class HeaderDescription
{
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint) => endpoint.TakesHeader(
        "Idempotency-Key",
        "Up to 255 characters. A retry with the same key, on the same address, does nothing again and is answered with how things are by then (404 where it was deleted meanwhile); with another body it is refused. A test page is sent again, under the same id.");

    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Header,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            return Task.CompletedTask;
        });
}
