using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Lateness;

/// <summary>Measures how late pages are, of incidents that have long been open.</summary>
internal static class LatenessCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "a tenth of the incidents in two minutes" };
        var spread = new Option<int?>("--spread") { Description = "incidents whose steps are due one after the other: 100,000" };
        var over = new Option<int?>("--over") { Description = "seconds that these take: 900" };
        var burst = new Option<int?>("--burst") { Description = "incidents whose steps are due within one second: 10,000" };
        var servers = ServerOptions.Stores(SiloServer.OnSqlite);
        var silo = ServerOptions.Silo();
        var command = new Command(
            "lateness",
            "measures how late the steps of 100,000 open incidents are, and a burst of 10,000, in some 25 minutes")
        {
            quick, spread, over, burst, servers, silo,
        };
        command.SetAction((parsed, token) =>
        {
            var isQuick = parsed.GetValue(quick);
            return LatenessRun.RunAsync(
                new LatenessOptions(
                    parsed.GetRequiredValue(servers),
                    Spread: parsed.GetValue(spread) ?? (isQuick ? 10_000 : 100_000),
                    Over: TimeSpan.FromSeconds(parsed.GetValue(over) ?? (isQuick ? 120 : 900)),
                    Burst: parsed.GetValue(burst) ?? (isQuick ? 1_000 : 10_000),
                    parsed.GetRequiredValue(silo)),
                token);
        });
        return command;
    }
}
