using System.Net.Http.Headers;

namespace Correlation.TestKit.Processes;

public sealed record SiloSettings
{
    /// <summary>A PostgreSQL connection string; null runs on SQLite in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>A folder of YAML; null takes the one that is shipped.</summary>
    public string? Configuration { get; init; }

    /// <summary>Further variables; they win over those that are set here.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// Words before the command, such as those of strace. It must leave the silo its process id (strace -D).
    /// </summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];
}

/// <summary>
/// The built executable with a data folder, a port and an API key of its own, which it keeps when it is killed or ended
/// and started again.
/// </summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new("silo");
    private readonly SiloSettings _settings;
    private RunningProgram? _program;

    public SiloProcess(SiloSettings? settings = null)
    {
        _settings = settings ?? new SiloSettings();
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        ApiKey = Guid.NewGuid().ToString();
        Client = new HttpClient { BaseAddress = new Uri(Url) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("GenieKey", ApiKey);
    }

    public string Url { get; }

    public string ApiKey { get; }

    /// <summary>Speaks to the silo with its API key.</summary>
    public HttpClient Client { get; }

    /// <summary>Its data folder.</summary>
    public string Data => _folder.PathOf("data");

    public RunningProgram Program => _program ?? throw new InvalidOperationException("The silo was not started.");

    public static async Task<SiloProcess> StartNewAsync(SiloSettings? settings = null)
    {
        var silo = new SiloProcess(settings);
        try
        {
            await silo.StartAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, or starts it again on the same folder and port, and waits until /readyz says 200.</summary>
    public async Task StartAsync()
    {
        await LaunchAsync();
        await Program.UntilReadyAsync(() => HttpReadiness.AnswersAsync($"{Url}/readyz"), StartDeadline);
    }

    /// <summary>Starts it without waiting: for starts that are to be refused or killed half-way.</summary>
    public async Task LaunchAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _program = RunningProgram.Start(
            new ProgramStart("the silo", [.. _settings.Prefix, .. SiloCommand.Program], _folder.Path)
            {
                Environment = EnvironmentOfSilo(),
            });
    }

    /// <summary>SIGKILL, sent before the first await.</summary>
    public Task KillAsync() => Program.KillAsync();

    /// <summary>SIGTERM; the exit code when it has drained and ended.</summary>
    public Task<int> TerminateAsync(TimeSpan deadline)
    {
        Program.Send(Signal.Terminate);
        return Program.UntilExitAsync(deadline);
    }

    /// <summary>SIGSTOP: as if the machine stood still, with its sockets open.</summary>
    public Task PauseAsync() => Program.PauseAsync();

    public void Resume() => Program.Resume();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _folder.Dispose();
    }

    private Dictionary<string, string?> EnvironmentOfSilo()
    {
        var environment = SiloCommand.CleanEnvironment();
        environment["CORRELATION_URLS"] = Url;
        environment["CORRELATION_DATA"] = Data;
        environment["CORRELATION_API_KEY"] = ApiKey;
        environment["CORRELATION_DATABASE"] = _settings.Database;
        environment["CORRELATION_CONFIG"] = _settings.Configuration ?? Repository.PathOf("deploy", "config");
        foreach (var (name, value) in _settings.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }
}
