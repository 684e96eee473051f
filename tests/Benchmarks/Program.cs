using System.CommandLine;
using System.Runtime.Versioning;
using Correlation.Benchmarks.Append;
using Correlation.Benchmarks.Audit;
using Correlation.Benchmarks.Cascade;
using Correlation.Benchmarks.Intake;
using Correlation.Benchmarks.Keys;
using Correlation.Benchmarks.Lateness;
using Correlation.Benchmarks.Lists;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Pages;
using Correlation.Benchmarks.Restart;
using Correlation.Benchmarks.Soak;
using Correlation.Benchmarks.Spread;
using Correlation.Benchmarks.Storm;

// Processes are read from /proc, paused by signal and loaded through epoll.
[assembly: SupportedOSPlatform("linux")]

var root = new RootCommand("Measures this service beside its peers, on loopback.")
{
    IntakeCommand.Create(),
    CascadeCommand.Create(),
    KeysCommand.Create(),
    ListsCommand.Create(),
    LatenessCommand.Create(),
    StormCommand.Create(),
    PagesCommand.Create(),
    RestartCommand.Create(),
    SoakCommand.Create(),
    AuditCommand.Create(),
    SpreadCommand.Create(),
    LoadCommand.Create(),
    AppendCommand.Create(),
};
var configuration = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    // Long enough to end every server that was started.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
};
try
{
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (Exception error)
    when (error is IOException or HttpRequestException or InvalidOperationException or ArgumentException
    or TimeoutException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
