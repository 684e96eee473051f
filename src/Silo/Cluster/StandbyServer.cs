using Correlation.Gateway.Admin;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Intake;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Silo.Cluster.Intake;
using Correlation.Silo.Hosting;

namespace Correlation.Silo.Cluster;

/// <summary>
/// What a process that does not run the database answers: its own health, to senders of alerts what the owner has
/// decided, and for the rest what the owner says.
/// </summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Forwarder _forwarder;
    private readonly IntakeLink _link;
    private readonly IntakeEndpoints _intake;
    private readonly MeterReadings _readings;
    private readonly CancellationTokenSource _linking = new();
    private readonly Task _linked;
    private readonly string _ownAddress;
    private volatile State _state = new(null, null, null, null, null);
    private (int, DateTime)? _owner;
    private CancellationTokenSource _ofOwner = new();

    private StandbyServer(WebApplication app, string ownAddress)
    {
        (_app, _ownAddress) = (app, ownAddress);
        var (time, logs) = (app.Services.GetRequiredService<TimeProvider>(), app.Services.GetRequiredService<ILoggerFactory>());
        var turnedAway = app.Services.GetRequiredService<TurnedAway>();
        _forwarder = new Forwarder(() => _state.Owner is { } owner ? (owner, _ofOwner.Token) : null, turnedAway, time);

        // The first of these, so that what the others count is listened to.
        _readings = app.Services.GetRequiredService<MeterReadings>();
        _link = new IntakeLink(
            () => _state.Owner is { } owner ? new OwnerAddress(owner, _state.Secret, _ofOwner.Token) : null,
            turnedAway,
            time,
            app.Services.GetRequiredService<IntakeMetrics>(),
            logs.CreateLogger<IntakeLink>());
        _intake = new IntakeEndpoints(_link, app.Services.GetRequiredService<Quarantine>(), time, logs);
        _linked = _link.RunAsync(_linking.Token);
        Log = logs.CreateLogger<Standby>();
    }

    public ILogger Log { get; }

    /// <summary>Ends when the process is told to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <exception cref="IOException">An address is in use.</exception>
    public static StandbyServer Start(SiloSettings settings, ThisProcess process)
    {
        var builder = ServeCommand.Builder(settings);
        // Event streams go on for ever; whoever reads one comes again.
        builder.Services.AddEdge(settings)
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var server = new StandbyServer(builder.Build(), process.Address);
        server._app.UseRefusalCount();
        server._app.UseCrossOrigin();
        server._app.Run(server.AnswerAsync);
        server._app.StartAsync().GetAwaiter().GetResult();
        return server;
    }

    /// <param name="problem">Why the last look failed.</param>
    /// <param name="hindrance">What speaks against a takeover by this process.</param>
    public void Show(Look? look, string? problem, string? hindrance)
    {
        var row = look?.OwnersRow;
        var owner = row is { Process.State: ClusterStates.Owner } && row.Process.Address != _ownAddress &&
            Uri.TryCreate(row.Process.Address, UriKind.Absolute, out var address) ? address : null;
        _state = new State(owner, row?.Secret, look?.Owner?.Name, problem, hindrance);
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

        // Only now: whoever was being served had its answer over it.
        await _linking.CancelAsync();
        await _linked;
        _linking.Dispose();
        _link.Dispose();
        await _app.DisposeAsync();
        _forwarder.Dispose();
        _ofOwner.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/healthz" => context.Response.WriteAsJsonAsync(new { status = "ok" }),
        "/readyz" => ReadyAsync(context),
        "/metrics" => AdminEndpoints.WriteEdgeMetricsAsync(context, _readings),
        _ => TakeAsync(context),
    };

    private Task TakeAsync(HttpContext context)
    {
        // What another has forwarded to this one is refused there, whatever it is.
        var endpoint = _link.IsOpen && !context.Request.Headers.ContainsKey(Forwarder.Mark)
            ? _intake.Find(context)
            : null;
        return endpoint is null ? _forwarder.ForwardAsync(context, Stopping) : endpoint(context);
    }

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
                state.Hindrance is { } hindrance ? "standby: " + hindrance : null,
            }.OfType<string>(),
        });
    }

    private sealed record State(Uri? Owner, string? Secret, string? Name, string? Problem, string? Hindrance);
}
