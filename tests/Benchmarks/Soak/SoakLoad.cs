using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Storm;

namespace Correlation.Benchmarks.Soak;

/// <summary>
/// Sends the same alerts round after round, to the processes in turn, at a steady pace. What is not answered with 2xx
/// may have been taken or not, and is not sent again.
/// </summary>
internal sealed class SoakLoad(IReadOnlyList<Uri> servers, string apiKey, int keys)
{
    /// <summary>To a request.</summary>
    public const int Alerts = 16;

    private const int MostInFlight = 256;

    private readonly Lock _gate = new();
    private readonly LatencyHistogram _latencies = new();
    private readonly long[] _accepted = new long[keys];
    private readonly long[] _unknown = new long[keys];
    private readonly DateTimeOffset _startsAt = TimeProvider.System.GetUtcNow().AddMinutes(-1);
    private readonly List<HttpClient> _clients =
    [
        .. servers.Select(server => new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(10),
            DefaultRequestHeaders = { Authorization = new("GenieKey", apiKey) },
        }),
    ];

    private long _disturbedUntil;
    private long _acceptedNow;
    private long _unknownNow;
    private long _lastAccepted = Stopwatch.GetTimestamp();
    private TimeSpan _longestSilence;

    /// <summary>Answers of the next seconds are left out of the latencies: a process has just been killed.</summary>
    public void Disturbed(TimeSpan pause)
    {
        lock (_gate)
        {
            _disturbedUntil = Stopwatch.GetTimestamp() + (long)(pause.TotalSeconds * Stopwatch.Frequency);
        }
    }

    /// <param name="rate">Requests a second.</param>
    public async Task RunAsync(double rate, CancellationToken token)
    {
        var (began, sent) = (Stopwatch.GetTimestamp(), 0L);
        var room = new SemaphoreSlim(MostInFlight);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                for (; sent < Stopwatch.GetElapsedTime(began).TotalSeconds * rate; sent++)
                {
                    await room.WaitAsync(token);
                    _ = SendAsync(sent, room);
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
        }

        // The last ones are answered or time out.
        for (var i = 0; i < MostInFlight; i++)
        {
            await room.WaitAsync(CancellationToken.None);
        }
    }

    /// <summary>Since the last call.</summary>
    public SoakFigures Take()
    {
        lock (_gate)
        {
            var figures = new SoakFigures(
                _acceptedNow, _unknownNow, _latencies.Percentile(0.5) / 1e6, _latencies.Percentile(0.99) / 1e6,
                _longestSilence);
            _latencies.Clear();
            (_acceptedNow, _unknownNow, _longestSilence) = (0, 0, TimeSpan.Zero);
            return figures;
        }
    }

    /// <summary>How often an alert was surely taken, and how often it may have been.</summary>
    public (long Accepted, long Unknown) Of(int key) => (_accepted[key], _unknown[key]);

    private async Task SendAsync(long number, SemaphoreSlim room)
    {
        var first = (int)(number * Alerts % keys);
        var batch = Enumerable.Range(first, Alerts).Select(key => key % keys).ToList();
        var alerts = batch.Select(
            key => Posts.Alert("ModelServingLatencyHigh", "model", NameOf(key), "soak", _startsAt));
        var at = Stopwatch.GetTimestamp();
        var taken = false;
        try
        {
            using var answer = await _clients[(int)(number % _clients.Count)].PostAsJsonAsync("/api/v2/alerts", alerts);
            taken = answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
        }

        lock (_gate)
        {
            batch.ForEach(key => _ = taken ? _accepted[key]++ : _unknown[key]++);
            if (!taken)
            {
                _unknownNow += Alerts;
            }
            else
            {
                var now = Stopwatch.GetTimestamp();
                _acceptedNow += Alerts;
                _longestSilence = TimeSpan.FromTicks(
                    Math.Max(_longestSilence.Ticks, Stopwatch.GetElapsedTime(_lastAccepted, now).Ticks));
                _lastAccepted = now;
                if (at > _disturbedUntil)
                {
                    _latencies.Add((long)Stopwatch.GetElapsedTime(at, now).TotalNanoseconds);
                }
            }
        }

        room.Release();
    }

    public static string NameOf(int key) => $"soak_{key:0000}";
}

/// <param name="Unknown">Alerts of requests without an answer of 2xx.</param>
/// <param name="Silence">The longest time in which nothing was accepted.</param>
internal sealed record SoakFigures(long Accepted, long Unknown, double P50, double P99, TimeSpan Silence);
