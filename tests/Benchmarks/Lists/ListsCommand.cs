using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Lists;

/// <summary>Measures lists of alerts and incidents while alerts come in.</summary>
internal static class ListsCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "a tenth of the alerts, a fifth of the time" };
        var servers = ServerOptions.Stores();
        var open = new Option<long?>("--open") { Description = "open alerts (100000)" };
        var closed = new Option<long?>("--closed") { Description = "closed alerts (1000000)" };
        var seconds = new Option<double?>("--seconds") { Description = "of lists on each store (150)" };
        var rate = new Option<double>("--lists-per-second") { DefaultValueFactory = _ => 20 };
        var walks = new Option<int?>("--walks") { Description = "of each list that no index answers (5, quick 1)" };
        var silo = ServerOptions.Silo();
        var command = new Command("lists", "measures lists of many kinds at half of the peak intake, on both stores")
        {
            quick, servers, open, closed, seconds, rate, walks, silo,
        };
        command.SetAction((parsed, token) =>
        {
            var isQuick = parsed.GetValue(quick);
            return ListsRun.RunAsync(
                new ListsOptions(
                    parsed.GetRequiredValue(servers),
                    parsed.GetValue(open) ?? (isQuick ? 10_000 : 100_000),
                    parsed.GetValue(closed) ?? (isQuick ? 100_000 : 1_000_000),
                    parsed.GetValue(seconds) ?? (isQuick ? 30 : 150),
                    parsed.GetValue(rate),
                    parsed.GetValue(walks) ?? (isQuick ? 1 : 5),
                    parsed.GetRequiredValue(silo)),
                token);
        });
        return command;
    }
}
