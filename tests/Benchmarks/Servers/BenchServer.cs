using System.Diagnostics;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>
/// A server under load, with the database that runs only for it. While another is measured both are stopped by
/// signal, so that work done in the background is done in the server's own time.
/// </summary>
internal abstract class BenchServer(string name, bool onPostgres) : IAsyncDisposable
{
    /// <summary>The part that a server is when it has no others.</summary>
    public const string Service = "service";

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new(name);
    private PostgresServer? _postgres;
    private readonly List<ServerPart> _parts = [];

    public string Name { get; } = name;

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Where the load goes, a connection after the other.</summary>
    public virtual IReadOnlyList<Uri> LoadUrls => [Url];

    public virtual string? ApiKey => null;

    protected virtual string ReadyPath => "/readyz";

    /// <summary>Of all parts.</summary>
    public double CpuSeconds => CpuByPart.Sum(part => part.Seconds);

    /// <summary>Processor seconds so far.</summary>
    public IReadOnlyList<PartCpu> CpuByPart =>
        [.. _parts.Select(part => new PartCpu(part.Name, ProcessUsage.CpuSeconds(part.Program.Id)))];

    /// <summary>Of the server without its database; of the owner where there are several processes.</summary>
    public double PeakMegabytes => ProcessUsage.PeakMegabytes(_parts[0].Program.Id);

    /// <inheritdoc cref="PeakMegabytes"/>
    public double ResidentMegabytes => ProcessUsage.ResidentMegabytes(_parts[0].Program.Id);

    /// <param name="before">What is done with its folder and database before it is started.</param>
    public async Task StartAsync(Func<TempFolder, string?, Task>? before = null)
    {
        _postgres = onPostgres ? await PostgresServer.StartNewAsync() : null;
        var connection = Database = _postgres is null ? null : await _postgres.CreateDatabaseAsync();
        if (before is not null)
        {
            await before(_folder, connection);
        }

        foreach (var (part, url, start) in Describe(_folder, connection))
        {
            _parts.Add(new ServerPart(part, await StartAsync(start, url)) { Again = () => StartAsync(start, url) });
        }

        if (_postgres is not null)
        {
            _parts.Add(new ServerPart("database", _postgres.Program));
        }
    }

    /// <summary>Its processes, without the database.</summary>
    public int ServiceCount => _parts.Count(part => part.Again is not null);

    /// <summary>Resident memory of each of its processes, in megabytes.</summary>
    public IReadOnlyList<double> ResidentByPart =>
        [.. _parts.Where(part => part.Again is not null).Select(part => ProcessUsage.ResidentMegabytes(part.Program.Id))];

    /// <summary>How to connect to its PostgreSQL; null without one.</summary>
    public string? Database { get; private set; }

    /// <summary>SIGKILL to one of its processes.</summary>
    public async Task KillAsync(int part) => await _parts[part].Program.DisposeAsync();

    /// <summary>A start over what was left.</summary>
    /// <returns>From the start to ready.</returns>
    public async Task<TimeSpan> StartAgainAsync(int part)
    {
        var began = Stopwatch.GetTimestamp();
        _parts[part] = _parts[part] with { Program = await _parts[part].Again!() };
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Waits until nothing is left to do of what it was sent so far.</summary>
    public virtual Task UntilQuietAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Of all its parts.</summary>
    public string LogTail => string.Join('\n', _parts.Select(part => $"{part.Name}: {part.Program.LogTail}"));

    public void Pause() => Send(Signal.Stop);

    public void Resume() => Send(Signal.Continue);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var part in _parts.Where(part => part.Program != _postgres?.Program))
        {
            await part.Program.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>
    /// How to start the server's processes, one when the one before is ready; with a connection string when on
    /// PostgreSQL.
    /// </summary>
    protected abstract IEnumerable<(string Part, Uri Url, ProgramStart Start)> Describe(
        TempFolder folder, string? connection);

    private async Task<RunningProgram> StartAsync(ProgramStart start, Uri url)
    {
        var program = RunningProgram.Start(start);
        await program.UntilReadyAsync(
            () => HttpReadiness.AnswersAsync(new Uri(url, ReadyPath).ToString()), ReadyWithin);
        return program;
    }

    private void Send(Signal signal)
    {
        foreach (var part in _parts)
        {
            ProcessTree.SendToAll(part.Program.Id, signal);
        }
    }

    private sealed record ServerPart(string Name, RunningProgram Program)
    {
        /// <summary>Null for a database.</summary>
        public Func<Task<RunningProgram>>? Again { get; init; }
    }
}
