using System.CommandLine;
using Correlation.Silo.Commands;
using Correlation.Silo.Commands.Demo;
using Correlation.Silo.Commands.Replay;
using Correlation.Silo.Hosting;
using Correlation.Silo.Outbox.Channels;
using Microsoft.Extensions.Logging.Abstractions;

NativeMemory.Bound();
var root = new RootCommand(
    "Alert correlation, incidents and on-call for ML platforms. Without a command: runs the service.")
{
    CheckCommand.Create(ChannelTypes.ForReading(TimeProvider.System, NullLoggerFactory.Instance), TimeProvider.System),
    KeyCommand.Create(),
    DemoCommand.Create(TimeProvider.System),
    ReplayCommand.Create(ChannelTypes.ForReading(TimeProvider.System, NullLoggerFactory.Instance), TimeProvider.System),
};
ServeCommand.AddTo(root);

// Signals are the host's, which drains and checkpoints; the parser would end the process 2 s after the first one.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
