using Microsoft.AspNetCore.Hosting.Server;

namespace Correlation.Silo.Hosting;

/// <summary>
/// Gives the requests under way their part of the time of a stop, before anything else stops, and then cuts their
/// connections. The server alone would wait for the last sender of half a body, and leave the loop no time to drain.
/// </summary>
public sealed class RequestDrain(IServer server, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService
{
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Event streams end by it; a signal has given it already.
        lifetime.StopApplication();
        using var enough = new CancellationTokenSource(Within, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        await server.StopAsync(end.Token);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
