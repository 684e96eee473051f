using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>This service, as its Release build, on SQLite or on a PostgreSQL of its own.</summary>
internal sealed class SiloServer(string name, string dll) : BenchServer(name, onPostgres: name == OnPostgres)
{
    public const string OnSqlite = "correlation-sqlite";
    public const string OnPostgres = "correlation-postgres";

    private const string Key = "5b0fb1f2-6c1c-4d8e-9b55-1f8d4f3c2a10";

    public static string DefaultDll { get; } = Repository.OutputOf("Silo", "Correlation.Silo.dll");

    public override string? ApiKey => Key;

    protected override ProgramStart Describe(TempFolder folder, string? connection)
    {
        if (!File.Exists(dll))
        {
            throw new FileNotFoundException($"There is no {dll}: dotnet build src/Silo -c Release, or set --silo.");
        }

        return new ProgramStart(Name, ["dotnet", dll], folder.Path)
        {
            Environment = new Dictionary<string, string?>
            {
                ["CORRELATION_URLS"] = Url.ToString(),
                ["CORRELATION_DATA"] = folder.Path,
                ["CORRELATION_DATABASE"] = connection,
                ["CORRELATION_CONFIG"] = Repository.PathOf("deploy", "config"),
                ["CORRELATION_API_KEY"] = Key,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
    }
}
