using System.Data.Common;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Admin;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: it can take alerts, or says why not. Neither needs a key.
/// </summary>
internal static class Health
{
    /// <summary>Load balancers may ask without wanting to read.</summary>
    private static readonly string[] Methods = ["GET", "HEAD"];

    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(2);

    internal static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/healthz", Methods, () => TypedResults.Ok(new HealthAnswer("ok"))).ExcludeFromDescription();
        app.MapMethods("/readyz", Methods, ReadyAsync).ExcludeFromDescription();
        return app;
    }

    private static async Task<JsonHttpResult<ReadyAnswer>> ReadyAsync(
        IReadiness readiness, IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = readiness.Now;
        var obstacles = new List<string>();
        if (now.Recovering)
        {
            obstacles.Add("recovering: the store is being read back");
        }

        if (now.StoreProblem is { } problem)
        {
            obstacles.Add("store: " + problem);
        }
        else if (await ReadProblemAsync(reads, time, cancellationToken) is { } unreadable)
        {
            obstacles.Add("store: " + unreadable);
        }

        // A configuration that was refused does not make a service that pages by the last good one unready; nor does
        // one incident that is not what it should be keep the others from being paged for.
        List<string> notices = [];
        if (now.ConfigurationError is { } error)
        {
            notices.Add("configuration: kept last good version because " + error);
        }

        if (now.AuditProblem is { } found)
        {
            notices.Add("audit: " + found);
        }

        if (now.PolicyNotice is { } named)
        {
            notices.Add("policy: " + named);
        }

        if (now.StoreNotice is { } threat)
        {
            notices.Add("store: " + threat);
        }

        if (now.HeldUntil is { } until)
        {
            notices.Add($"hold: the store was restored, and nobody is paged until {until:HH:mm:ss} UTC or POST /api/v1/hold/release");
        }

        var ready = obstacles.Count == 0;
        return TypedResults.Json(
            new ReadyAnswer(ready ? "ready" : "not ready", [.. obstacles, .. notices]),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string?> ReadProblemAsync(
        IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await reads.LastEventAsync(cancellationToken).AsTask().WaitAsync(StorePatience, time, cancellationToken);
            return null;
        }
        catch (TimeoutException)
        {
            return $"no answer within {StorePatience.TotalSeconds:0} s";
        }
        catch (Exception fault) when (fault is DbException or UnavailableException or IOException)
        {
            return fault.Message;
        }
    }

    private sealed record HealthAnswer(string Status);

    private sealed record ReadyAnswer(string Status, IReadOnlyList<string> Reasons);
}
