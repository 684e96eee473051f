namespace Correlation.Silo.Cluster;

/// <summary>
/// The last part to start before the server: the store is recovered, and the standby's server makes room.
/// </summary>
internal sealed class Handover(Standby standby, IHostApplicationLifetime lifetime) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await standby.StopServerAsync())
        {
            // The signal came while this application was not there to hear it.
            lifetime.StopApplication();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
