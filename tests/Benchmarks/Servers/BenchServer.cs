using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>
/// A server under load, with the database that runs only for it. While another is measured both are stopped by
/// signal, so that work done in the background is done in the server's own time.
/// </summary>
internal abstract class BenchServer(string name, bool onPostgres) : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new(name);
    private PostgresServer? _postgres;
    private RunningProgram? _program;

    public string Name { get; } = name;

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public virtual string? ApiKey => null;

    protected virtual string ReadyPath => "/readyz";

    /// <summary>Of the server and its database.</summary>
    public double CpuSeconds => Roots.Sum(ProcessUsage.CpuSeconds);

    /// <summary>Of the server without its database.</summary>
    public double PeakMegabytes => ProcessUsage.PeakMegabytes(Program.Id);

    private RunningProgram Program => _program ?? throw new InvalidOperationException($"{Name} was not started.");

    private IEnumerable<int> Roots => _postgres is null ? [Program.Id] : [Program.Id, _postgres.Program.Id];

    /// <param name="before">What is done with its folder and database before it is started.</param>
    public async Task StartAsync(Func<TempFolder, string?, Task>? before = null)
    {
        _postgres = onPostgres ? await PostgresServer.StartNewAsync() : null;
        var connection = _postgres is null ? null : await _postgres.CreateDatabaseAsync();
        if (before is not null)
        {
            await before(_folder, connection);
        }

        _program = RunningProgram.Start(Describe(_folder, connection));
        await _program.UntilReadyAsync(
            () => HttpReadiness.AnswersAsync(new Uri(Url, ReadyPath).ToString()), ReadyWithin);
    }

    /// <summary>Waits until nothing is left to do of what it was sent so far.</summary>
    public virtual Task UntilQuietAsync(CancellationToken token) => Task.CompletedTask;

    public void Pause() => Send(Signal.Stop);

    public void Resume() => Send(Signal.Continue);

    public virtual async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>How to start the server; with a connection string when it is to run on PostgreSQL.</summary>
    protected abstract ProgramStart Describe(TempFolder folder, string? connection);

    private void Send(Signal signal)
    {
        foreach (var root in Roots)
        {
            ProcessTree.SendToAll(root, signal);
        }
    }
}
