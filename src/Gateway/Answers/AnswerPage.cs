using System.Net;
using Correlation.Grains.Incidents;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Answers;

/// <summary>
/// A small page for a telephone's browser: no script, nothing from elsewhere, and nothing is done by looking at it.
/// </summary>
internal static class AnswerPage
{
    /// <param name="button">What pressing it does; null when there is nothing to press.</param>
    public static Task WriteAsync(
        HttpContext context, int status, string said, IncidentState? incident, string? button = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; " +
            "base-uri 'none'";
        var title = incident is null ? "Correlation" : $"[{incident.Priority}] #{incident.Number} {incident.Title}";
        var form = button is null ? "" : $"<form method=\"post\"><button>{Text(button)}</button></form>";
        return response.WriteAsync($$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{{Text(title)}}</title>
            <style>
            body{font:1.2em sans-serif;margin:2em auto;max-width:30em;padding:0 1em}
            button{font:inherit;padding:.8em 2em}
            </style>
            </head><body>
            <h1>{{Text(title)}}</h1>
            <p>{{Text(said)}}</p>
            {{form}}
            </body></html>

            """, context.RequestAborted);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
