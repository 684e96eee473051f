using Correlation.Gateway.Seams;
using Correlation.Silo.Hosting;

namespace Correlation.Silo.Cluster;

/// <summary>What a process that does not run the database answers: its own health, and for the rest what the owner says.</summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Forwarder _forwarder;
    private readonly string _ownAddress;
    private volatile State _state = new(null, null, null);
    private (int, DateTime)? _owner;
    private CancellationTokenSource _ofOwner = new();

    private StandbyServer(WebApplication app, string ownAddress)
    {
        (_app, _ownAddress) = (app, ownAddress);
        _forwarder = new Forwarder(() => _state.Owner is { } owner ? (owner, _ofOwner.Token) : null);
        Log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<Standby>();
    }

    public ILogger Log { get; }

    /// <summary>Ends when the process is told to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <exception cref="IOException">An address is in use.</exception>
    public static StandbyServer Start(SiloSettings settings, ThisProcess process)
    {
        var builder = ServeCommand.Builder(settings);
        // Event streams go on for ever; whoever reads one comes again.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var server = new StandbyServer(builder.Build(), process.Address);
        server._app.Run(server.AnswerAsync);
        server._app.StartAsync().GetAwaiter().GetResult();
        return server;
    }

    /// <param name="problem">Why the last look failed.</param>
    public void Show(Look? look, string? problem)
    {
        var row = look?.OwnersRow;
        var owner = row is { Process.State: ClusterStates.Owner } && row.Process.Address != _ownAddress &&
            Uri.TryCreate(row.Process.Address, UriKind.Absolute, out var address) ? address : null;
        _state = new State(owner, look?.Owner?.Name, problem);
        if (look?.Owner is { } now && (now.ServerProcess, now.Since) != _owner)
        {
            // Whoever still waits for the one before waits for nothing: it stands still, or cannot be reached.
            _owner = (now.ServerProcess, now.Since);
            // Not disposed of: a request that has just taken it still asks for its token.
            Interlocked.Exchange(ref _ofOwner, new CancellationTokenSource()).Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _forwarder.Dispose();
        _ofOwner.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/healthz" => context.Response.WriteAsJsonAsync(new { status = "ok" }),
        "/readyz" => ReadyAsync(context),
        "/metrics" => MetricsAsync(context),
        _ => _forwarder.ForwardAsync(context, Stopping),
    };

    /// <summary>Ready when it can forward: whatever it is sent is answered by the owner.</summary>
    private Task ReadyAsync(HttpContext context)
    {
        var state = _state;
        var ready = state is { Owner: not null, Problem: null };
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(new
        {
            status = ready ? "ready" : "not ready",
            reasons = new[]
            {
                state.Problem is { } problem ? "store: " + problem
                    : state.Owner is { } owner ? $"standby: forwards to {state.Name} at {owner}"
                    : state.Name is { } name ? $"standby: {name} runs the database and has not said where it is reached"
                    : "standby: no process runs the database",
            },
        });
    }

    private static Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync("""
            # HELP correlation_owner Whether this process runs the database; the others forward to the one that does.
            # TYPE correlation_owner gauge
            correlation_owner 0

            """);
    }

    private sealed record State(Uri? Owner, string? Name, string? Problem);
}
