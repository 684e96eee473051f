using System.Runtime.InteropServices;
using System.Threading.Channels;
using Correlation.Gateway.Seams;
using Correlation.Grains.Resources;
using Correlation.Silo.Configuration;
using Correlation.Silo.Shards;

namespace Correlation.Silo.Hosting;

/// <summary>
/// Puts a changed configuration folder in force: on its own within seconds, at once on SIGHUP. While the store is away
/// the newest one is offered again until it is taken.
/// </summary>
public sealed partial class ConfigurationWatch(
    ConfigurationSource source, GrainClient grains, TimeProvider time, ILogger<ConfigurationWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Lines of the log.</summary>
    private const int MostNamed = 50;

    // Only the newest counts: one that was replaced before it was taken never comes into force.
    private readonly Channel<LoadedConfiguration> _changed = Channel.CreateBounded<LoadedConfiguration>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Listens before it returns: the rest begins on another thread, and may do so later.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        source.Changed += loaded => _changed.Writer.TryWrite(loaded);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            source.Reload();
        });
        try
        {
            LogNotices();
            await Task.WhenAll(source.WatchAsync(stoppingToken), PublishAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        await foreach (var loaded in _changed.Reader.ReadAllAsync(stopping))
        {
            while (!await TryPublishAsync(loaded) && !_changed.Reader.TryPeek(out _))
            {
                await Task.Delay(Pause, time, stopping);
            }
        }
    }

    private async Task<bool> TryPublishAsync(LoadedConfiguration loaded)
    {
        try
        {
            LogInForce(loaded.Hash, await grains.PublishAsync(loaded.Policy));
            LogNotices();
            return true;
        }
        catch (UnavailableException e)
        {
            LogNotTaken(loaded.Hash, e.Message);
            return false;
        }
    }

    /// <summary>The files may have changed before a start as well.</summary>
    private void LogNotices()
    {
        var policy = grains.Policy;
        foreach (var dangling in References.Dangling(policy, time.GetUtcNow()).Take(MostNamed))
        {
            LogDangling(dangling);
        }

        foreach (var taken in References.TakenNames(policy).Take(MostNamed))
        {
            LogTakenName(taken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Configuration {Hash} is in force as policy version {Version}")]
    private partial void LogInForce(string hash, long version);

    [LoggerMessage(
        LogLevel.Warning,
        "The files no longer have what was made through an API names, and who is meant is not reached: {What}")]
    private partial void LogDangling(string what);

    [LoggerMessage(LogLevel.Warning, "What was made through an API, and open incidents, may have meant the other: {What}")]
    private partial void LogTakenName(string what);

    [LoggerMessage(LogLevel.Warning, "Configuration {Hash} was not taken and is offered again: {Reason}")]
    private partial void LogNotTaken(string hash, string reason);

    [LoggerMessage(LogLevel.Debug, "No longer watching the configuration")]
    private partial void LogStopped();
}
