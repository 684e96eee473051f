using System.Globalization;
using System.Net.Http.Headers;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>This service, as its Release build, on SQLite or on a PostgreSQL of its own.</summary>
/// <param name="first">YAML that comes before the benchmarks' own configuration.</param>
internal sealed class SiloServer(string name, string dll, string? first = null) : BenchServer(name, onPostgres: name == OnPostgres)
{
    public const string OnSqlite = "correlation-sqlite";
    public const string OnPostgres = "correlation-postgres";

    private const string Key = "5b0fb1f2-6c1c-4d8e-9b55-1f8d4f3c2a10";
    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(15);

    /// <summary>What must be zero: deliveries not done, and what grains have told one another.</summary>
    private static readonly string[] Waiting = ["correlation_outbox_pending ", "correlation_messages_pending "];

    private HttpClient? _client;

    public static string DefaultDll { get; } = Repository.OutputOf("Silo", "Correlation.Silo.dll");

    public override string? ApiKey => Key;

    /// <summary>Speaks to the silo with its key.</summary>
    public HttpClient Client => _client ??= new HttpClient
    {
        BaseAddress = Url,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("GenieKey", Key) },
    };

    /// <summary>Every page that the alerts so far have caused is delivered.</summary>
    public override Task UntilQuietAsync(CancellationToken token)
    {
        var last = "";
        return Poll.UntilAsync(
            async () =>
            {
                var page = await Client.GetStringAsync("/metrics", token);
                var lines = page.Split('\n').Where(line => Waiting.Any(line.StartsWith)).ToList();
                last = string.Join(", ", lines);
                return lines.Count == Waiting.Length && lines.TrueForAll(line => Value(line) == 0);
            },
            QuietWithin,
            () => $"{Name} has nothing left to deliver ({last})");
    }

    public override async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await base.DisposeAsync();
    }

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
                ["CORRELATION_CONFIG"] = SiloConfiguration.WriteTo(folder, first),
                ["CORRELATION_API_KEY"] = Key,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
    }

    private static double Value(string line) =>
        double.Parse(line[line.LastIndexOf(' ')..], NumberStyles.Float, CultureInfo.InvariantCulture);
}
