using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Soak;

/// <summary>
/// Three processes under steady load, one of them killed every minute: what grows, what slows down, what is lost.
/// </summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var minutes = new Option<int>("--minutes") { DefaultValueFactory = _ => 60 };
        var keys = new Option<int>("--keys") { DefaultValueFactory = _ => 1_000, Description = "alerts that are sent again and again" };
        var share = new Option<double>("--share") { DefaultValueFactory = _ => 0.5, Description = "of the peak that is measured first" };
        var silo = ServerOptions.Silo();
        var command = new Command(
            "soak", "an hour of steady load on three processes and PostgreSQL, one process killed every minute")
        {
            minutes, keys, share, silo,
        };
        command.SetAction((parsed, token) => SoakRun.RunAsync(
            new SoakOptions(parsed.GetValue(minutes), parsed.GetValue(keys), parsed.GetValue(share), parsed.GetRequiredValue(silo)), token));
        return command;
    }
}
