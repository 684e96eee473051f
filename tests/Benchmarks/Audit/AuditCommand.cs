using System.CommandLine;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Audit;

/// <summary>Measures what it costs to look at all open incidents, which is done all the time.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "a tenth of the incidents" };
        var servers = ServerOptions.Stores(SiloServer.OnSqlite);
        var silo = ServerOptions.Silo();
        var command = new Command("audit", "measures a round of the audit over 100,000 open incidents, in some 5 minutes") { quick, servers, silo };
        command.SetAction((parsed, token) => AuditRun.RunAsync(
            parsed.GetRequiredValue(servers), parsed.GetValue(quick) ? 10_000 : 100_000, parsed.GetRequiredValue(silo), token));
        return command;
    }
}
