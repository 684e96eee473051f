using System.Globalization;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Intake;

/// <summary>What one server did in one scenario; slice n of all servers was measured within the same seconds.</summary>
internal sealed record ServerSlices(string Server, IReadOnlyList<Slice> Slices, double PeakMegabytes);

/// <summary>
/// One scenario: all servers started, filled and warmed up one after the other, then slices in turn. Only the server
/// whose turn it is runs. Every second round goes backwards, so that a drift of the machine falls on all alike.
/// </summary>
internal sealed class ScenarioRun : IAsyncDisposable
{
    private const int FillConnections = 32;
    private const int FillAlerts = 50;

    private readonly Scenario _scenario;
    private readonly IntakeOptions _options;
    private readonly Progress _progress;
    private readonly BenchServer[] _servers;
    private readonly Dictionary<string, long> _nextKeys = [];
    private readonly string _startsAt = TimeProvider.System.GetUtcNow().AddMinutes(-1)
        .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public ScenarioRun(Scenario scenario, IntakeOptions options, Progress progress)
    {
        _scenario = scenario;
        _options = options;
        _progress = progress;
        _servers = [.. options.Servers.SelectMany(name => Create(name, options))];
    }

    /// <summary>What the table calls the other build of a server.</summary>
    public static string OtherBuildOf(string server) => server + " (other)";

    public async Task<IReadOnlyList<ServerSlices>> RunAsync(CancellationToken token)
    {
        foreach (var server in _servers)
        {
            await PrepareAsync(server, token);
            server.Pause();
        }

        var slices = _servers.ToDictionary(server => server.Name, _ => new List<Slice>());
        for (var pair = 0; pair < _options.Pairs; pair++)
        {
            foreach (var server in pair % 2 == 0 ? _servers : _servers.Reverse())
            {
                server.Resume();
                var slice = await MeasureAsync(server, _options.LeadInSeconds, _options.SliceSeconds, token);
                if (slice.Load.Alerts == 0)
                {
                    _progress.Says(
                        $"{server.Name} answered nothing in this slice; what it logged last:\n{server.LogTail}");
                }

                server.Pause();
                slices[server.Name].Add(slice);
                _progress.Measured(_scenario, server.Name, pair, slice);
            }
        }

        return [.. _servers.Select(server =>
            new ServerSlices(server.Name, slices[server.Name], server.PeakMegabytes))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static BenchServer[] Create(string name, IntakeOptions options) => name switch
    {
        AlertmanagerServer.ServerName => [new AlertmanagerServer()],
        AppendServer.OnSqlite or AppendServer.OnPostgres => [new AppendServer(name)],
        _ when options.OtherDll is { } other =>
            [new SiloServer(name, other, label: OtherBuildOf(name)), new SiloServer(name, options.SiloDll)],
        _ => [new SiloServer(name, options.SiloDll)],
    };

    private async Task PrepareAsync(BenchServer server, CancellationToken token)
    {
        _progress.Says($"{_scenario.Name}: {server.Name} starts");
        await server.StartAsync();
        if (_scenario.Kind != LoadKind.New)
        {
            await FillAsync(server, token);
        }

        _progress.Says($"{_scenario.Name}: {server.Name} warms up");
        await MeasureAsync(server, 0, _options.WarmUpSeconds, token);
        _progress.Says($"{_scenario.Name}: {server.Name} delivers what is left");
        await server.UntilQuietAsync(token);
    }

    private async Task FillAsync(BenchServer server, CancellationToken token)
    {
        _progress.Says($"{_scenario.Name}: {server.Name} is filled with {_scenario.Keys} keys");
        var fill = Options(server, LoadKind.Fill) with { Connections = FillConnections, Alerts = FillAlerts };
        var filled = await LoadProcess.RunAsync(server, fill, token);
        if (filled.Load.Alerts < _scenario.Keys)
        {
            throw new InvalidOperationException(
                $"{server.Name} took {filled.Load.Alerts} of {_scenario.Keys} keys while it was filled");
        }
    }

    private async Task<Slice> MeasureAsync(BenchServer server, double leadIn, double seconds, CancellationToken token)
    {
        var slice = await LoadProcess.RunAsync(server, Options(server, _scenario.Kind) with
        {
            Connections = _scenario.Connections,
            Alerts = _scenario.Alerts,
            LeadInSeconds = leadIn,
            Seconds = seconds,
            FirstKey = _nextKeys.GetValueOrDefault(server.Name),
        }, token);
        _nextKeys[server.Name] = slice.Load.NextKey;
        return slice;
    }

    private LoadOptions Options(BenchServer server, LoadKind kind) => new()
    {
        Servers = server.LoadUrls,
        Kind = kind,
        StartsAt = _startsAt,
        ApiKey = server.ApiKey,
        Keys = _scenario.Keys,
    };
}
