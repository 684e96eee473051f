using System.CommandLine;
using Correlation.Silo.Commands;
using Correlation.Silo.Commands.Demo;
using Correlation.Silo.Hosting;
using Correlation.Silo.Outbox;

// Commands that run no service know the channel types all the same: each says what its settings must be.
var parts = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddOutbox();
using var services = (ServiceProvider)new DefaultServiceProviderFactory().CreateServiceProvider(parts);
var root = new RootCommand("Alert correlation, incidents and on-call for ML platforms. Without a command: runs the service.")
{
    CheckCommand.Create([.. services.GetServices<IChannel>()]),
    KeyCommand.Create(),
    DemoCommand.Create(TimeProvider.System),
};
ServeCommand.AddTo(root);
return await root.Parse(args).InvokeAsync();
