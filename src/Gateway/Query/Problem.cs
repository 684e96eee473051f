using System.Text.Json.Serialization;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Query;

/// <summary>A refusal as problem details (RFC 9457).</summary>
/// <param name="Detail">One readable sentence.</param>
/// <param name="Field">The field, parameter or header that is wrong; absent when none is.</param>
/// <param name="Reason">Why the grain refused, word for word; absent when it was not asked.</param>
public sealed record Problem(
    int Status,
    string Title,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Field = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null) : IResult
{
    internal const string ContentType = "application/problem+json";

    internal static Problem Invalid(string field, string detail) =>
        new(StatusCodes.Status400BadRequest, "Invalid request", detail, Field: field);

    internal static Problem NotFound(string what) => new(StatusCodes.Status404NotFound, "Not found", what);

    internal static Problem Refused(string reason) =>
        new(StatusCodes.Status409Conflict, "Refused", reason, Reason: reason);

    /// <summary>What it asks for cannot be, whatever else is changed meanwhile.</summary>
    internal static Problem Impossible(string reason) =>
        new(StatusCodes.Status422UnprocessableEntity, "Cannot be", reason, Reason: reason);

    internal static Problem OtherTeam(ApiKey key) => new(
        StatusCodes.Status403Forbidden,
        "Forbidden",
        $"The key '{key.Name}' belongs to team '{key.Team}' and sees only that team's.");

    internal static Problem Poisoned(string reason) =>
        new(StatusCodes.Status500InternalServerError, "Deciding failed", reason, Reason: reason);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        return httpContext.Response.WriteAsJsonAsync(this, NativeJson.Options, ContentType, httpContext.RequestAborted);
    }
}
