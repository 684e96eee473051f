using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Correlation.Gateway.Keys;

/// <summary>401 and 403 in the words of the API that was called.</summary>
internal static class Refusal
{
    /// <summary>Opsgenie's code for a key without the right.</summary>
    private const int NoPermission = 40301;

    public static Task UnauthenticatedAsync(HttpContext context)
    {
        // Basic is named because Prometheus and amtool answer to it.
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"correlation\", charset=\"UTF-8\"";
        var detail = context.Request.Headers.Authorization.Count == 0
            ? "No API key was given: send the header 'Authorization: GenieKey <key>'."
            : "The API key in the Authorization header is unknown. Schemes: GenieKey, Bearer, Basic with the key as password.";
        return AnswerAsync(context, StatusCodes.Status401Unauthorized, null, "Could not authenticate", detail);
    }

    public static Task ForbiddenAsync(HttpContext context, ApiKey key, KeyRights needed)
    {
        var held = key.Type == ApiKeyType.Account ? "account key" : "integration key";
        var detail = $"The {held} '{key.Name}' has no right to do this; needed: {Words(needed)}.";
        return AnswerAsync(context, StatusCodes.Status403Forbidden, NoPermission, detail, detail);
    }

    private static Task AnswerAsync(HttpContext context, int status, int? code, string message, string detail)
    {
        var (path, response) = (context.Request.Path, context.Response);
        response.StatusCode = status;
        if (path.StartsWithSegments("/v1") || path.StartsWithSegments("/v2"))
        {
            return OpsgenieAsync(context, code, message);
        }

        if (path.StartsWithSegments("/api/v2"))
        {
            return response.WriteAsJsonAsync(new { code = status, message = detail }, context.RequestAborted);
        }

        var problem = new ProblemDetails { Status = status, Title = message, Detail = detail };
        return response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    /// <summary>Opsgenie's clients read the request id from the header and the body, and warn when nothing was taken.</summary>
    private static Task OpsgenieAsync(HttpContext context, int? code, string message)
    {
        const double ShortestTime = 0.001;
        var requestId = DerivedId.Of("refusal", context.TraceIdentifier, 0).ToString();
        context.Response.Headers["X-Request-Id"] = requestId;
        context.Response.Headers["X-RateLimit-State"] = "OK";
        object body = code is null
            ? new { message, took = ShortestTime, requestId }
            : new { message, code, took = ShortestTime, requestId };
        return context.Response.WriteAsJsonAsync(body, context.RequestAborted);
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
