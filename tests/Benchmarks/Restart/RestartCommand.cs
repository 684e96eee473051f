using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Restart;

/// <summary>Measures how long a start takes over many open alerts.</summary>
internal static class RestartCommand
{
    public static Command Create()
    {
        var servers = ServerOptions.Stores();
        var alerts = new Option<long>("--alerts") { DefaultValueFactory = _ => 1_000_000, Description = "that are open" };
        var silo = ServerOptions.Silo();
        var command = new Command(
            "restart", "measures the start over many open alerts, after a kill under load, on both stores")
        {
            servers, alerts, silo,
        };
        command.SetAction((parsed, token) => RestartRun.RunAsync(
            parsed.GetRequiredValue(servers),
            parsed.GetValue(alerts),
            parsed.GetRequiredValue(silo),
            token));
        return command;
    }
}
