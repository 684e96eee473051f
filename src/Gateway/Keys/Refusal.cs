using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Correlation.Gateway.Keys;

/// <summary>A refusal that no endpoint of an API makes itself, in the words of the API that was called.</summary>
internal static class Refusal
{
    public static Task UnauthenticatedAsync(HttpContext context)
    {
        // Basic is named because Prometheus and amtool answer to it.
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"correlation\", charset=\"UTF-8\"";
        var detail = context.Request.Headers.Authorization.Count == 0
            ? "No API key was given: send the header 'Authorization: GenieKey <key>'."
            : "The API key in the Authorization header is unknown. Schemes: GenieKey, Bearer, Basic (key as password).";
        return AnswerAsync(context, StatusCodes.Status401Unauthorized, "Could not authenticate", detail);
    }

    public static Task ForbiddenAsync(HttpContext context, ApiKey key, KeyRights needed)
    {
        var held = key.Type == ApiKeyType.Account ? "account key" : "integration key";
        var detail = $"The {held} '{key.Name}' has no right to do this; needed: {Words(needed)}.";
        return AnswerAsync(context, StatusCodes.Status403Forbidden, detail, detail);
    }

    /// <param name="message">In a few words; <paramref name="detail"/> says what to do.</param>
    public static Task AnswerAsync(HttpContext context, int status, string message, string detail)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IRefusals>() is { } own)
        {
            return own.WriteAsync(context, status, message);
        }

        var response = context.Response;
        response.StatusCode = status;
        if (context.Request.Path.StartsWithSegments("/api/v2"))
        {
            return response.WriteAsJsonAsync(new { code = status, message = detail }, context.RequestAborted);
        }

        var problem = new ProblemDetails { Status = status, Title = message, Detail = detail };
        return response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    private static string Words(KeyRights rights) => string.Join(", ",
        Enum.GetValues<KeyRights>()
            .Where(r => r is not KeyRights.None and not KeyRights.All && rights.HasFlag(r))
            .Select(r => r switch
            {
                KeyRights.CreateAndUpdate => "create and update",
                _ => r.ToString().ToLowerInvariant(),
            }));
}
