using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Pages;

/// <summary>
/// Measures how long it takes from an alert that comes in to the page that goes out, while others come in.
/// </summary>
internal static class PagesCommand
{
    public static Command Create()
    {
        var servers = ServerOptions.Stores();
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 60, Description = "of measuring on each store" };
        var keys = new Option<long>("--keys") { DefaultValueFactory = _ => 1_000, Description = "alerts that are sent again meanwhile" };
        var rate = new Option<double>("--per-second") { DefaultValueFactory = _ => 20, Description = "new alerts that page" };
        var silo = ServerOptions.Silo();
        var command = new Command("pages", "measures webhook in to page out at half of the peak intake, on both stores")
        {
            servers, seconds, keys, rate, silo,
        };
        command.SetAction((parsed, token) => PagesRun.RunAsync(
            new PagesOptions(
                parsed.GetRequiredValue(servers),
                parsed.GetValue(seconds),
                parsed.GetValue(keys),
                parsed.GetValue(rate),
                parsed.GetRequiredValue(silo)),
            token));
        return command;
    }
}
