using System.Runtime.InteropServices;
using Correlation.Silo.Configuration;
using Correlation.Silo.Shards;

namespace Correlation.Silo.Hosting;

/// <summary>Puts a changed configuration folder in force: on its own within seconds, at once on SIGHUP.</summary>
public sealed partial class ConfigurationWatch(ConfigurationSource source, GrainClient grains, ILogger<ConfigurationWatch> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        source.Changed += Publish;
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            source.Reload();
        });
        try
        {
            await source.WatchAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async void Publish(LoadedConfiguration loaded)
    {
        try
        {
            LogInForce(loaded.Hash, await grains.PublishAsync(loaded.Policy));
        }
        catch (Gateway.Seams.UnavailableException e)
        {
            // Only while stopping: the next start reads the folder anyway.
            LogNotTaken(loaded.Hash, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Configuration {Hash} is in force as policy version {Version}")]
    private partial void LogInForce(string hash, long version);

    [LoggerMessage(LogLevel.Warning, "Configuration {Hash} was not taken: {Reason}")]
    private partial void LogNotTaken(string hash, string reason);

    [LoggerMessage(LogLevel.Debug, "No longer watching the configuration")]
    private partial void LogStopped();
}
