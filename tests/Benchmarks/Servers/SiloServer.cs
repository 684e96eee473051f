using System.Globalization;
using System.Net.Http.Headers;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>
/// This service, as its Release build, on SQLite or on a PostgreSQL of its own; there also as several processes, of
/// which the first is the owner.
/// </summary>
/// <param name="configure">Writes its configuration and says where; the benchmarks' own by default.</param>
/// <param name="label">By which the run knows it; its name by default.</param>
internal sealed class SiloServer(
    string name, string dll, Func<TempFolder, string>? configure = null, string? label = null)
    : BenchServer(label ?? name, onPostgres: name != OnSqlite)
{
    public const string OnSqlite = "correlation-sqlite";
    public const string OnPostgres = "correlation-postgres";

    /// <summary>An owner and a gateway, which takes all of the load.</summary>
    public const string WithGateway = "correlation-gateway";

    /// <summary>An owner and two standbys, which share the load.</summary>
    public const string OfThree = "correlation-three";

    private const string Key = "5b0fb1f2-6c1c-4d8e-9b55-1f8d4f3c2a10";
    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(15);

    /// <summary>What must be zero: deliveries not done, and what grains have told one another.</summary>
    private static readonly string[] Waiting = ["correlation_outbox_pending ", "correlation_messages_pending "];

    private readonly (string Part, string Roles, Uri Url)[] _others =
    [
        .. (name switch { WithGateway => (string[])["gateway"], OfThree => ["all", "all"], _ => [] })
            .Select((roles, n) => (name == WithGateway ? "gateway" : $"standby {n + 1}", roles, new Uri($"http://127.0.0.1:{FreePort.Next()}"))),
    ];

    private HttpClient? _client;

    public static bool IsName(string server) => server is OnSqlite or OnPostgres or WithGateway or OfThree;

    public static string DefaultDll { get; } = Repository.OutputOf("Silo", "Correlation.Silo.dll");

    public override string? ApiKey => Key;

    public override IReadOnlyList<Uri> LoadUrls =>
        [.. name == WithGateway ? [] : (Uri[])[Url], .. _others.Select(other => other.Url)];

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

    protected override IEnumerable<(string Part, Uri Url, ProgramStart Start)> Describe(
        TempFolder folder, string? connection)
    {
        if (!File.Exists(dll))
        {
            throw new FileNotFoundException($"There is no {dll}: dotnet build src/Silo -c Release, or set --silo.");
        }

        var configuration = (configure ?? SiloConfiguration.WriteTo)(folder);
        return
        [
            (_others.Length == 0 ? Service : "owner", Url, Start("all", Url, folder.Path)),
            .. _others.Select(
                (other, n) => (other.Part, other.Url, Start(other.Roles, other.Url, folder.PathOf($"other-{n}")))),
        ];

        ProgramStart Start(string roles, Uri url, string data) => new(Name, ["dotnet", dll], folder.Path)
        {
            Environment = new Dictionary<string, string?>
            {
                ["CORRELATION_URLS"] = url.ToString(),
                ["CORRELATION_DATA"] = data,
                ["CORRELATION_DATABASE"] = connection,
                ["CORRELATION_CONFIG"] = configuration,
                ["CORRELATION_API_KEY"] = Key,
                ["CORRELATION_ANSWER_SECRET"] = Key,
                ["CORRELATION_ROLES"] = roles,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
    }

    private static double Value(string line) =>
        double.Parse(line[line.LastIndexOf(' ')..], NumberStyles.Float, CultureInfo.InvariantCulture);
}
