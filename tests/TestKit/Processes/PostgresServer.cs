using Npgsql;

namespace Correlation.TestKit.Processes;

/// <summary>
/// A PostgreSQL of its own on loopback, durable as in production (fsync on), with trust authentication. Most tests
/// share one per test process and take a fresh database each; a test that stops or kills it starts its own.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string DebianPrograms = "/usr/lib/postgresql/15/bin";
    private const string User = "postgres";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartNewAsync());

    private readonly TempFolder _folder = new("postgres");
    private readonly string _data;
    private readonly string[] _settings;
    private RunningProgram? _program;
    private int _databases;

    private PostgresServer(string[] settings, string? data = null)
    {
        _settings = settings;
        _data = data ?? _folder.PathOf("data");
        Port = FreePort.Next();
    }

    public int Port { get; }

    public RunningProgram Program => _program ?? throw new InvalidOperationException("PostgreSQL was not started.");

    /// <summary>The server of this test process: started at the first call, gone with the process.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <param name="settings">As in postgresql.conf, "name=value"; they win over those set here.</param>
    public static Task<PostgresServer> StartNewAsync(params string[] settings) =>
        StartAsync(new PostgresServer(settings), server => server.InitializeAsync());

    /// <summary>One that keeps its data on a disk that a test can fill.</summary>
    public static Task<PostgresServer> StartOnAsync(SmallDisk disk, params string[] settings) => StartAsync(
        new PostgresServer(settings, Path.Combine(disk.Path, "data")),
        async server =>
        {
            await GiveAsync(disk.Path);
            await server.InitializeAsync();
        });

    /// <summary>A copy of a server that goes on to follow it.</summary>
    public static Task<PostgresServer> StartReplicaAsync(PostgresServer of) => StartAsync(
        new PostgresServer([]),
        async server =>
        {
            await GiveAsync(server._folder.Path);
            string[] from = ["-h", "127.0.0.1", "-p", $"{of.Port}", "-U", User];
            await Tool.RequireAsync(server.AsServer(
                "pg_basebackup", [.. from, "-D", server._data, "-R", "-c", "fast", "--no-sync"]));
        });

    /// <summary>A fresh, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={User};Database={database};Include Error Detail=true";

    /// <summary>Runs a statement on the maintenance database, past every pool.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Starts it on its folder and port, recovering if it was killed.</summary>
    public async Task StartAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={Port}", $"unix_socket_directories={_folder.Path}", "fsync=on",
            "max_connections=200", .. _settings,
        ];
        _program = RunningProgram.Start(
            AsServer("postgres", ["-D", _data, .. settings.SelectMany(setting => new[] { "-c", setting })]));
        await _program.UntilReadyAsync(AnswersAsync, Deadline);
    }

    /// <summary>A fast shutdown: ends the sessions, writes a checkpoint, leaves nothing to recover.</summary>
    public async Task StopAsync()
    {
        Program.Send(Signal.Interrupt);
        await Program.UntilExitAsync(Deadline);
    }

    /// <summary>As if the machine's power went, but for the page cache: no process of it is left.</summary>
    public Task KillAsync() => Program.KillAsync();

    public async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException starting) when (starting.IsTransient || starting.InnerException is not null)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task<PostgresServer> StartAsync(PostgresServer server, Func<PostgresServer, Task> prepare)
    {
        try
        {
            await prepare(server);
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A folder becomes that of the user who runs it.</summary>
    private static async Task GiveAsync(string folder)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await Tool.RequireAsync(new ProgramStart("chown", ["chown", User, folder], folder));
        }
    }

    private async Task InitializeAsync()
    {
        await GiveAsync(_folder.Path);

        // Durable is what the server writes later; its empty start need not be.
        await Tool.RequireAsync(AsServer(
            "initdb", ["-D", _data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]));
    }

    // PostgreSQL refuses to run as root. setpriv replaces itself by the program, so its process id is the server's.
    private ProgramStart AsServer(string program, string[] arguments)
    {
        var installed = Path.Combine(DebianPrograms, program);
        string[] words = [File.Exists(installed) ? installed : program, .. arguments];
        string[] asUser = ["setpriv", $"--reuid={User}", $"--regid={User}", "--init-groups", "--"];
        return new ProgramStart(
            "PostgreSQL", Environment.IsPrivilegedProcess ? [.. asUser, .. words] : words, _folder.Path);
    }
}
