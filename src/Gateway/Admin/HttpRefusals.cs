using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Admin;

/// <summary>
/// Counts requests that were refused, by status, whatever part refused them. It stands before everything that answers
/// and does nothing for a request that went well but look at its status.
/// </summary>
public sealed class HttpRefusals : IDisposable
{
    private readonly Meter _meter = new(MeterReadings.MeterName);
    private readonly Counter<long> _refused;

    public HttpRefusals() => _refused = _meter.CreateCounter<long>(
        "correlation_http_refusals_total", description: "Requests answered with a status of 400 or more.");

    public void Dispose() => _meter.Dispose();

    internal Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var answered = next(context);
        if (!answered.IsCompletedSuccessfully)
        {
            return AwaitAsync(answered, context);
        }

        Count(context.Response.StatusCode);
        return answered;
    }

    private async Task AwaitAsync(Task answered, HttpContext context)
    {
        await answered;
        Count(context.Response.StatusCode);
    }

    private void Count(int status)
    {
        if (status >= StatusCodes.Status400BadRequest)
        {
            _refused.Add(1, new KeyValuePair<string, object?>("status", status));
        }
    }
}
