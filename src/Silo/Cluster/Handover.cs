namespace Correlation.Silo.Cluster;

/// <summary>The last part to start before the server: the store is recovered, and the standby's server makes room.</summary>
internal sealed class Handover(Standby standby) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => standby.StopServerAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
