using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Correlation.Gateway.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <summary>
/// A parameter that an endpoint does not have is refused: a filter that is mistyped, or that there is not, would be
/// answered with everything.
/// </summary>
internal sealed class KnownParameters : IEndpointFilter
{
    private static readonly ConditionalWeakTable<Endpoint, Parameter[]> Known = [];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var query = context.HttpContext.Request.Query;
        return query.Count > 0 && context.HttpContext.GetEndpoint() is { } endpoint &&
            Refuse(query, Known.GetValue(endpoint, ParametersOf)) is { } problem
            ? new(problem)
            : next(context);
    }

    private static Problem? Refuse(IQueryCollection query, Parameter[] known)
    {
        var unknown = query.Keys.FirstOrDefault(name => !known.Any(parameter => parameter.Is(name)));
        if (unknown is null)
        {
            return null;
        }

        var shown = unknown.Length <= Fields.LongestName ? unknown : unknown[..Fields.LongestName];
        var hint = Spelling.Hint(shown, known.Select(parameter => parameter.Name));
        var others = known.Length == 0
            ? "This address has none."
            : "There are: " + string.Join("; ", known.Select(parameter => parameter.ToString())) + ".";
        return Problem.Invalid(shown, $"There is no parameter '{shown}' here{(hint.Length > 0 ? hint : ".")} {others}");
    }

    /// <summary>
    /// What the handler binds from the address's query, as the OpenAPI document has it: texts that are no part of the
    /// path.
    /// </summary>
    private static Parameter[] ParametersOf(Endpoint endpoint)
    {
        var inPath = endpoint is RouteEndpoint route ? route.RoutePattern.Parameters.Select(part => part.Name) : [];
        return endpoint.Metadata.GetMetadata<MethodInfo>() is { } handler
            ? [.. handler.GetParameters().SelectMany(Bound)
                .Where(parameter => !inPath.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase))]
            : [];
    }

    private static IEnumerable<Parameter> Bound(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(AsParametersAttribute))
            ? parameter.ParameterType.GetProperties()
                .Where(property => property.PropertyType == typeof(string))
                .Select(property => Parameter.Of(property.Name, property.GetCustomAttribute<DescriptionAttribute>()))
            : parameter.ParameterType == typeof(string)
                ? [Parameter.Of(parameter.Name!, parameter.GetCustomAttribute<DescriptionAttribute>())]
                : [];

    private sealed record Parameter(string Name, string Description)
    {
        public static Parameter Of(string name, DescriptionAttribute? said) =>
            new(JsonNamingPolicy.CamelCase.ConvertName(name), said?.Description ?? "");

        public bool Is(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

        public override string ToString() =>
            Description.Length > 0 ? $"{Name} ({Description.TrimEnd('.')})" : Name;
    }
}
