using Correlation.Gateway.Seams;
using Correlation.Silo.Hosting;

namespace Correlation.Silo.Audit;

/// <summary>
/// Audits the open incidents for as long as the process runs: there is no switch for it. When a round has passed it
/// says so to an address outside, which notices when it does not.
/// </summary>
public sealed partial class AuditService(
    IncidentAudit audit, AuditReport report, IReadiness readiness, SiloSettings settings, TimeProvider time,
    ILogger<AuditService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan HeartbeatPatience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = HeartbeatPatience };

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, time, stoppingToken);
                if (!readiness.Now.Recovering)
                {
                    await RoundAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        try
        {
            var round = await audit.RunAsync(stopping);
            report.Latest = round;
            foreach (var (id, fault) in round.Faults.Take(10))
            {
                LogFault(id, fault);
            }

            if (round.Faults.Count == 0 && settings.HeartbeatUrl.Length > 0)
            {
                await BeatAsync(stopping);
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogUnfinished(e.Message);
        }
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        try
        {
            using var answer = await _http.GetAsync(settings.HeartbeatUrl, stopping);
            if (!answer.IsSuccessStatusCode)
            {
                LogNotHeard(settings.HeartbeatUrl, $"it answered {(int)answer.StatusCode}");
            }
        }
        catch (Exception e)
            when (e is HttpRequestException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            LogNotHeard(settings.HeartbeatUrl, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "Audit: incident {Id} {Fault}")]
    private partial void LogFault(string id, string fault);

    [LoggerMessage(
        LogLevel.Warning, "The audit of the open incidents did not come to an end and begins again: {Reason}")]
    private partial void LogUnfinished(string reason);

    [LoggerMessage(LogLevel.Warning, "CORRELATION_HEARTBEAT_URL {Url} did not take the heartbeat: {Reason}")]
    private partial void LogNotHeard(string url, string reason);

    [LoggerMessage(LogLevel.Debug, "No longer auditing")]
    private partial void LogStopped();
}
