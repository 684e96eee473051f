using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Correlation.EndToEnd.Cluster.Histories;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.Cluster;

/// <summary>Several processes on one database, with one API key; the first of them is its owner.</summary>
internal sealed class Silos : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly string Key = Guid.NewGuid().ToString();

    private readonly List<(SiloProcess Process, HttpClient Client)> _all = [];
    private readonly SiloSettings _settings;

    private Silos(string database, string? configuration) => _settings = new SiloSettings
    {
        Database = database,
        Configuration = configuration,
        Environment = new Dictionary<string, string?>
        {
            ["CORRELATION_API_KEY"] = Key,
            ["CORRELATION_ANSWER_SECRET"] = new string('s', 32),
        },
    };

    public SiloProcess this[int at] => _all[at].Process;

    public static async Task<Silos> StartAsync(int count, string? configuration = null, string? database = null)
    {
        var silos = new Silos(
            database ?? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), configuration);
        try
        {
            for (var n = 0; n < count; n++)
            {
                await silos.AddAsync();
            }

            return silos;
        }
        catch
        {
            await silos.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another one, ready to serve or to forward.</summary>
    /// <param name="own">Variables of it alone; they count before those of all.</param>
    public async Task AddAsync(string roles = "all", IReadOnlyDictionary<string, string?>? own = null)
    {
        var process = new SiloProcess(_settings with
        {
            Environment = new Dictionary<string, string?>(
                (own ?? new Dictionary<string, string?>())
                    .Concat(_settings.Environment)
                    .DistinctBy(variable => variable.Key))
            {
                ["CORRELATION_ROLES"] = roles,
            },
        });
        var client = new HttpClient { BaseAddress = new Uri(process.Url), Timeout = TimeSpan.FromSeconds(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("GenieKey", Key);
        _all.Add((process, client));
        await process.StartAsync();
    }

    /// <summary>Those that have ended, as whoever supervises them does.</summary>
    public Task RestartEndedAsync() =>
        Task.WhenAll(_all.Where(one => one.Process.Program.HasExited).Select(one => one.Process.LaunchAsync()));

    public HttpClient Client(int at) => _all[at].Client;

    /// <returns>True when it was accepted; false when whoever sends it is to send it again.</returns>
    public async Task<bool> SendAsync(int at, string alias, string entity = "node:n1")
    {
        try
        {
            using var answer = await Client(at).PostAsJsonAsync(
                "/v2/alerts", new { message = "Node is down", alias, entity, priority = "P2" });
            return answer.IsSuccessStatusCode || (answer.StatusCode == HttpStatusCode.ServiceUnavailable
                ? false
                : throw new InvalidOperationException($"{alias} was answered {(int)answer.StatusCode}."));
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <returns>False, too, while nobody answers.</returns>
    public async Task<bool> HasAsync(int at, string alias)
    {
        try
        {
            using var answer = await Client(at).GetAsync($"/v2/alerts/{alias}?identifierType=alias");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The newest alert of the alias, open or closed, as it is now; a count of 0 when there is none.</summary>
    public async Task<SeenAlert> ReadAsync(int at, string alias)
    {
        // Under its alias it is found while it is open; the counts in lists are as old as the last checkpoint.
        var list = await GetAsync(at, $"/v2/alerts?query=alias%3A{alias}&sort=createdAt&order=desc&limit=1");
        if (list.EnumerateArray().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } newest)
        {
            return default;
        }

        var alert = await GetAsync(at, $"/v2/alerts/{newest.GetProperty("id").GetString()}");
        return new SeenAlert(
            alert.GetProperty("count").GetInt32(),
            alert.GetProperty("status").GetString() == "closed",
            alert.GetProperty("acknowledged").GetBoolean());
    }

    /// <summary>The end of the log of each.</summary>
    public string LogTails => string.Join(
        '\n', _all.Select((one, at) => $"Process {at} at {one.Process.Url}:\n{one.Process.Program.LogTail}"));

    /// <summary>The cluster view, by address.</summary>
    public async Task<IReadOnlyDictionary<string, ListedProcess>> ListAsync(int at)
    {
        var list = await Client(at).GetFromJsonAsync<JsonElement>("/api/v1/cluster");
        return list.GetProperty("items")
            .Deserialize<ListedProcess[]>(JsonSerializerOptions.Web)!.ToDictionary(process => process.Address);
    }

    /// <summary>The addresses by the state: owner, standby, gateway. None while nobody answers for them.</summary>
    public async Task<ILookup<string, string>> StatesAsync(int at)
    {
        try
        {
            return (await ListAsync(at)).Values.ToLookup(process => process.State, process => process.Address);
        }
        catch (HttpRequestException)
        {
            return Array.Empty<string>().ToLookup(state => state);
        }
    }

    /// <summary>Until one of them, asked itself, takes an alert.</summary>
    /// <returns>Whose turn it is then.</returns>
    public async Task UntilServedAsync(int at, string alias, TimeSpan deadline) => await Poll.UntilAsync(
        () => SendAsync(at, alias), deadline, () => $"an alert is taken. {this[at].Program.LogTail}");

    /// <summary>Until one that is not the owner hands over to it what it is sent, in batches.</summary>
    public Task UntilHandsOverAsync(int at) => Poll.UntilAsync(
        async () => await MetricAsync(at, "correlation_gateway_open") == 1, Deadline,
        () => $"{at} hands over. {this[at].Program.LogTail}");

    /// <returns>0 of a metric that is not there.</returns>
    public async Task<double> MetricAsync(int at, string name)
    {
        var page = await Client(at).GetStringAsync("/metrics");
        var line = page.Split('\n').FirstOrDefault(line => line.StartsWith(name + ' ', StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[name.Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>The data of an answer, asked for again while nobody can give it.</summary>
    private async Task<JsonElement> GetAsync(int at, string path)
    {
        JsonElement answered = default;
        await Poll.UntilAsync(AnswersAsync, Deadline, () => $"{path} is answered. {LogTails}");
        return answered.GetProperty("data");

        async Task<bool> AnswersAsync()
        {
            using var answer = await Client(at).GetAsync(path);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return false;
            }

            answered = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, client) in _all)
        {
            client.Dispose();
            await process.DisposeAsync();
        }
    }
}

/// <summary>A line of the cluster view.</summary>
internal sealed record ListedProcess(
    string Id, string Address, string State, long? Epoch, DateTimeOffset StartedAt, DateTimeOffset SeenAt);
