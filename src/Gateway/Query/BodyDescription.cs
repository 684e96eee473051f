using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Correlation.Gateway.Query;

internal static class BodyDescription
{
    /// <summary>
    /// Tells OpenAPI what body an endpoint reads. Not Accepts: that would also choose endpoints by content type, and
    /// curl calls every body a form.
    /// </summary>
    public static RouteHandlerBuilder TakesBody<TBody>(this RouteHandlerBuilder endpoint, bool required) =>
        endpoint.Produces<Problem>(StatusCodes.Status413PayloadTooLarge, Problem.ContentType).AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(TBody), null, cancellationToken);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = required,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
            };
        });
}
