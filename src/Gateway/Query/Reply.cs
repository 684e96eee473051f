using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Correlation.Gateway.Query;

/// <summary>
/// What every native endpoint returns: the object that was asked for, or a problem. Describes itself to OpenAPI.
/// </summary>
internal sealed class Reply<T> : IResult, IEndpointMetadataProvider
    where T : class
{
    private static readonly int[] Problems = [400, 401, 403, 404, 409, 503];

    private readonly T? _value;
    private readonly Problem? _problem;

    private Reply(T? value, Problem? problem) => (_value, _problem) = (value, problem);

    public bool IsProblem => _problem is not null;

    public static implicit operator Reply<T>(T value) => new(value, null);

    public static implicit operator Reply<T>(Problem problem) => new(null, problem);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
        foreach (var status in Problems)
        {
            builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        }
    }

    public Task ExecuteAsync(HttpContext httpContext) => _problem is { } problem
        ? problem.ExecuteAsync(httpContext)
        : httpContext.Response.WriteAsJsonAsync(_value, NativeJson.Options, httpContext.RequestAborted);
}
