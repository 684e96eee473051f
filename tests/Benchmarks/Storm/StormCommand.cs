using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Storm;

/// <summary>
/// Measures what a storm costs those who have nothing to do with it, and how soon a cause has its incident.
/// </summary>
internal static class StormCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "two rounds of the one, and a tenth of the other" };
        var part = new Option<string[]>("--part")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["node", "storm"],
            Description = "node: one node with 1,000 models fails; storm: 200,000 alerts",
        };
        part.AcceptOnlyFromAmong("node", "storm");
        var server = new Option<string>("--server") { DefaultValueFactory = _ => SiloServer.OnSqlite };
        server.AcceptOnlyFromAmong(SiloServer.OnSqlite, SiloServer.OnPostgres);
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 64, Description = "of the storm's sender" };
        var silo = ServerOptions.Silo();
        var command = new Command("storm", "measures a failing node with 1,000 models, and a storm of 200,000 alerts")
        {
            quick, part, server, connections, silo,
        };
        command.SetAction(async (parsed, token) =>
        {
            var (name, dll, parts) = (parsed.GetRequiredValue(server), parsed.GetRequiredValue(silo), parsed.GetRequiredValue(part));
            await Console.Out.WriteLineAsync(await Machine.DescribeAsync());
            if (parts.Contains("node"))
            {
                await NodeRun.RunAsync(name, dll, parsed.GetValue(quick) ? 2 : 10, token);
            }

            if (parts.Contains("storm"))
            {
                await StormRun.RunAsync(
                    name, dll, parsed.GetValue(quick) ? 20_000 : 200_000, parsed.GetValue(connections), token);
            }
        });
        return command;
    }
}
