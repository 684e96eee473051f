using System.Diagnostics;

namespace Correlation.TestKit.Processes;

/// <summary>
/// How to start a program: its words, its folder, and what is set (or, with null, unset) in its environment.
/// </summary>
public sealed record ProgramStart(string Name, IReadOnlyList<string> Words, string Folder)
{
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}

/// <summary>
/// A program of the operating system with its output captured; ended, with its children, when disposed.
/// </summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private const int KeptLines = 20_000;
    private const int TailLines = 40;
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    private readonly ProgramStart _start;
    private readonly Process _process;
    private readonly Queue<string> _log = new();

    private RunningProgram(ProgramStart start, Process process)
    {
        _start = start;
        _process = process;
        Id = process.Id;
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to its output and error, newest last; of very long logs the end.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    public string LogTail => string.Join(Environment.NewLine, Log.TakeLast(TailLines));

    public static RunningProgram Start(ProgramStart start)
    {
        var info = new ProcessStartInfo(start.Words[0], start.Words.Skip(1))
        {
            WorkingDirectory = start.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        var process = new Process { StartInfo = info };
        process.Start();
        var program = new RunningProgram(start, process);
        Leftovers.AddProgram(program.Id);
        process.OutputDataReceived += (_, line) => program.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => program.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    /// <exception cref="TimeoutException">It exited or was not ready in time; the message shows the end of its
    /// log.</exception>
    public Task UntilReadyAsync(Func<Task<bool>> ready, TimeSpan deadline)
    {
        return Poll.UntilAsync(IsReadyAsync, deadline, () => $"{_start.Name} is ready. {LogText}");

        async Task<bool> IsReadyAsync()
        {
            if (!HasExited)
            {
                return await ready();
            }

            await UntilLogIsWholeAsync();
            throw new TimeoutException($"{_start.Name} exited with {_process.ExitCode} before it was ready. {LogText}");
        }
    }

    public async Task<int> UntilExitAsync(TimeSpan deadline)
    {
        await Poll.UntilAsync(() => HasExited, deadline, () => $"{_start.Name} exits. {LogText}");

        await UntilLogIsWholeAsync();
        return _process.ExitCode;
    }

    public void Send(Signal signal) => ProcessTree.Send(Id, signal);

    /// <summary>SIGSTOP; comes back when the kernel has stopped it, which is not at once.</summary>
    public Task PauseAsync()
    {
        Send(Signal.Stop);
        return Poll.UntilAsync(() => ProcessTree.IsStopped(Id), KillDeadline, () => $"{_start.Name} is stopped.");
    }

    public void Resume() => Send(Signal.Continue);

    /// <summary>
    /// SIGKILL to the program and its children, sent before the first await; comes back when all are gone.
    /// </summary>
    public async Task KillAsync()
    {
        if (!HasExited)
        {
            var tree = ProcessTree.Kill(Id);
            await Poll.UntilAsync(
                () => !tree.Any(ProcessTree.IsAlive), KillDeadline, () => $"{_start.Name} is gone after SIGKILL.");
        }

        await UntilLogIsWholeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Leftovers.RemoveProgram(Id);
        _process.Dispose();
    }

    private string LogText => $"The end of its log:{Environment.NewLine}{LogTail}";

    // The last lines may still be on their way when it has exited; a child that keeps its output open must not hold us
    // up.
    private Task UntilLogIsWholeAsync() => _process.WaitForExitAsync().WaitAsync(KillDeadline);

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > KeptLines)
            {
                _log.Dequeue();
            }
        }
    }
}
