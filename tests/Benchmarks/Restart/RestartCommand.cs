using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Restart;

/// <summary>Measures how long a start takes over many open alerts.</summary>
internal static class RestartCommand
{
    private static readonly string[] Stores = [SiloServer.OnSqlite, SiloServer.OnPostgres];

    public static Command Create()
    {
        var servers = new Option<string[]>("--servers") { AllowMultipleArgumentsPerToken = true };
        servers.AcceptOnlyFromAmong(Stores);
        var alerts = new Option<long>("--alerts") { DefaultValueFactory = _ => 1_000_000, Description = "that are open" };
        var silo = new Option<string>("--silo")
        {
            DefaultValueFactory = _ => SiloServer.DefaultDll,
            Description = "the build of this service to measure",
        };
        var command = new Command("restart", "measures the start over many open alerts, after a kill under load, on both stores")
        {
            servers, alerts, silo,
        };
        command.SetAction((parsed, token) => RestartRun.RunAsync(
            parsed.GetValue(servers) is { Length: > 0 } chosen ? chosen : Stores,
            parsed.GetValue(alerts),
            parsed.GetRequiredValue(silo),
            token));
        return command;
    }
}
