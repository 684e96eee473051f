using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Alertmanager.Silences;

/// <summary>The id in /api/v2/silence/{id}.</summary>
internal static class SilencePath
{
    public const string Parameter = "silenceID";

    /// <summary>Null when it is no UUID, as every silence's id is.</summary>
    public static string? IdOf(HttpContext context) =>
        Guid.TryParseExact(context.Request.RouteValues[Parameter] as string, "D", out var id) ? id.ToString() : null;

    public static Task NoUuidAsync(HttpContext context) => Answers.CodedAsync(
        context,
        StatusCodes.Status422UnprocessableEntity,
        601,
        $"{Parameter} in path must be of type uuid: \"{context.Request.RouteValues[Parameter]}\"");

    public static Task UnknownAsync(HttpContext context, string id) =>
        Answers.TextAsync(context, StatusCodes.Status404NotFound, $"silence {id} not found");
}
