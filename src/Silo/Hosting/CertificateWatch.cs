namespace Correlation.Silo.Hosting;

/// <summary>
/// Shows a renewed certificate without a restart. While the files do not fit together, as one of the two is written
/// before the other, the old one goes on being shown.
/// </summary>
internal sealed partial class CertificateWatch(
    ServerCertificate certificate, TimeProvider time, ILogger<CertificateWatch> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private string _told = "";

    /// <summary>Says the same of the same files once.</summary>
    public void Look()
    {
        try
        {
            if (certificate.Renew())
            {
                LogRenewed(certificate.Own.Subject, certificate.Own.NotAfter.ToUniversalTime());
            }

            _told = "";
        }
        catch (SettingException e)
        {
            if (e.Message != _told)
            {
                _told = e.Message;
                LogNotTaken(certificate.Own.NotAfter.ToUniversalTime(), e.Message);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    [LoggerMessage(LogLevel.Information, "The renewed certificate of {Subject} is shown from now on; it ends at {NotAfter:u}")]
    private partial void LogRenewed(string subject, DateTime notAfter);

    [LoggerMessage(
        LogLevel.Warning, "The files of the certificate are not taken, and the one that ends at {NotAfter:u} is shown on: {Reason}")]
    private partial void LogNotTaken(DateTime notAfter, string reason);

    [LoggerMessage(LogLevel.Debug, "No longer watching the certificate")]
    private partial void LogStopped();
}
