using Correlation.Gateway.Admin;
using Correlation.Gateway.Alertmanager.Alerts;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Alertmanager.Status;

/// <summary>GET /api/v2/status and /receivers, and the paths under which an Alertmanager is managed.</summary>
internal sealed class StatusReads(IGrains grains, IReadiness readiness, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    public Task StatusAsync(HttpContext context) => Answers.JsonAsync(
        context, StatusCodes.Status200OK, (grains.Policy, Started: _started), static (json, now) =>
    {
        json.WriteStartObject();
        json.WriteStartObject("cluster"u8);
        json.WriteStartArray("peers"u8);
        json.WriteEndArray();
        json.WriteString("status"u8, "disabled"u8);
        json.WriteEndObject();
        json.WriteStartObject("config"u8);
        json.WriteString("original"u8, ConfigText.Of(now.Policy));
        json.WriteEndObject();
        ShownAlert.WriteTime(json, "uptime"u8, now.Started);
        json.WriteStartObject("versionInfo"u8);
        json.WriteString("branch"u8, "correlation"u8);
        json.WriteString("buildDate"u8, ""u8);
        json.WriteString("buildUser"u8, ""u8);
        json.WriteString("goVersion"u8, ""u8);
        json.WriteString("revision"u8, ""u8);
        json.WriteString("version"u8, Metrics.AlertmanagerVersion);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public Task ReceiversAsync(HttpContext context)
    {
        if (AlertQuery.MayAnyReceiverMatch(context.Request.Query, out var reason) is not { } any)
        {
            return Answers.TextAsync(context, StatusCodes.Status400BadRequest, reason);
        }

        var receivers = any ? ConfigText.Receivers(grains.Policy) : [];
        return Answers.JsonAsync(context, StatusCodes.Status200OK, receivers, static (json, receivers) =>
        {
            json.WriteStartArray();
            foreach (var receiver in receivers)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, receiver);
                ShownAlert.WritePairs(json, "labels"u8, []);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public static Task HealthyAsync(HttpContext context) => context.Response.WriteAsync("OK", context.RequestAborted);

    public Task ReadyAsync(HttpContext context)
    {
        var now = readiness.Now;
        var obstacle = now.Recovering ? "recovering" : now.StoreProblem;
        if (obstacle is not null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        return context.Response.WriteAsync(obstacle ?? "OK", context.RequestAborted);
    }

    /// <summary>What Alertmanager says to clients of its first API.</summary>
    public static Task GoneAsync(HttpContext context) => Answers.JsonAsync(context, StatusCodes.Status410Gone, 0, static (json, _) =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "deprecated"u8);
        json.WriteString("error"u8, "Alertmanager's v1 API is not served; use /api/v2."u8);
        json.WriteEndObject();
    });
}
