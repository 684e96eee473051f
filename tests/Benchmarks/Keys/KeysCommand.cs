using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Keys;

/// <summary>Measures what a repeat costs among many open alerts.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var servers = ServerOptions.Stores(SiloServer.OnSqlite);
        var known = new Option<long>("--known") { DefaultValueFactory = _ => 1_000_000, Description = "open alerts" };
        var active = new Option<long[]>("--active")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1_000, 100_000, 1_000_000],
            Description = "of them are sent again, in one measurement each",
        };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 30, Description = "of each measurement" };
        var silo = ServerOptions.Silo();
        var command = new Command(
            "keys", "measures the cost of one repeat and the memory, by how many of many open alerts are sent again")
        {
            servers, known, active, seconds, silo,
        };
        command.SetAction((parsed, token) => KeysRun.RunAsync(
            new KeysOptions(
                parsed.GetRequiredValue(servers),
                parsed.GetValue(known),
                parsed.GetRequiredValue(active),
                parsed.GetValue(seconds),
                parsed.GetRequiredValue(silo)),
            token));
        return command;
    }
}
