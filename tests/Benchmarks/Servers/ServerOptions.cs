using System.CommandLine;

namespace Correlation.Benchmarks.Servers;

/// <summary>Options that most benchmarks have.</summary>
internal static class ServerOptions
{
    public static Option<string> Silo() => new("--silo")
    {
        DefaultValueFactory = _ => SiloServer.DefaultDll,
        Description = "the build of this service to measure",
    };

    /// <param name="usual">What is measured when none is named; both by default.</param>
    public static Option<string[]> Stores(params string[] usual)
    {
        string[] all = [SiloServer.OnSqlite, SiloServer.OnPostgres];
        var stores = new Option<string[]>("--servers")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => usual is [] ? all : usual,
        };
        return stores.AcceptOnlyFromAmong(all);
    }
}
