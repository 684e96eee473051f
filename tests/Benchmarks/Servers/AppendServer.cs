using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>The upper bound: this program's own <c>append</c> command, on either store.</summary>
internal sealed class AppendServer(string name) : BenchServer(name, onPostgres: name == OnPostgres)
{
    public const string OnSqlite = "append-sqlite";
    public const string OnPostgres = "append-postgres";

    protected override IEnumerable<(string Part, Uri Url, ProgramStart Start)> Describe(
        TempFolder folder, string? connection)
    {
        string[] store = connection is null ? ["--folder", folder.PathOf("data")] : ["--database", connection];
        var start = new ProgramStart(
            Name, [.. ThisProgram.Words, "append", "--url", Url.ToString(), .. store], folder.Path)
        {
            // As the service's own build sets it; this program's load command wants it off.
            Environment = new Dictionary<string, string?> { ["DOTNET_gcConcurrent"] = "1" },
        };
        return [(Service, Url, start)];
    }
}
