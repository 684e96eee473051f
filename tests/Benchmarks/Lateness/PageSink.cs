using System.Text.Json;
using Correlation.Benchmarks.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Benchmarks.Lateness;

/// <summary>
/// Receives the pages and knows when each was due: by the number of the model, which its entity names.
/// </summary>
internal sealed class PageSink(Func<long, DateTimeOffset> dueOf) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LatencyHistogram _late = new();
    private readonly HashSet<long> _models = [];
    private WebApplication? _server;
    private DateTimeOffset _last;

    /// <summary>Models that were paged for since the last <see cref="Take"/>.</summary>
    public int Paged
    {
        get
        {
            lock (_gate)
            {
                return _models.Count;
            }
        }
    }

    public async Task StartAsync(Uri url, CancellationToken token)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url.ToString());
        _server = builder.Build();
        _server.MapPost("/", (RequestDelegate)ReceiveAsync);
        await _server.StartAsync(token);
    }

    /// <summary>What came in since the last call; it begins anew.</summary>
    public Lateness Take()
    {
        lock (_gate)
        {
            var taken = new Lateness(
                _models.Count, Milliseconds(_late.Percentile(0.5)), Milliseconds(_late.Percentile(0.99)),
                Milliseconds(_late.MaxNanoseconds), _last);
            _late.Clear();
            _models.Clear();
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var at = TimeProvider.System.GetUtcNow();
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var entity = body.RootElement.GetProperty("data").GetProperty("entity").GetString()!;
        var model = long.Parse(
            entity[(entity.LastIndexOf('_') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var late = at - dueOf(model);
        lock (_gate)
        {
            if (_models.Add(model))
            {
                // Earlier than due would be a fault, and is one here: a negative figure has no bucket.
                _late.Add(late >= TimeSpan.Zero
                    ? late.Ticks * TimeSpan.NanosecondsPerTick
                    : throw new InvalidOperationException($"{entity} was paged {-late} before its step was due"));
                _last = at;
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static double Milliseconds(long nanoseconds) => nanoseconds / 1e6;
}

/// <param name="Pages">How many steps were handed over.</param>
/// <param name="P50">Milliseconds from when a step was due to when the receiver had its page.</param>
/// <param name="LastAt">When the last one came.</param>
internal sealed record Lateness(int Pages, double P50, double P99, double Max, DateTimeOffset LastAt);
