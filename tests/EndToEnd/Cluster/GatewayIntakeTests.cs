using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correlation.EndToEnd.Durability;
using Correlation.Grains.Wire;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.EndToEnd.Cluster;

/// <summary>Alerts that come in through a gateway, which parses them and hands them to the owner in batches.</summary>
public sealed partial class GatewayIntakeTests
{
    private const string AnyBody = """{"message":"Loss is NaN","alias":"nan","priority":"P3"}""";

    private static readonly (string Method, string Path, string Body)[] Requests =
    [
        ("POST", "/v2/alerts", AnyBody),
        ("POST", "/v2/alerts/", """{"message":"m","alias":"a","responders":[{"type":"team","id":"4513b7ea-3b91-438f-b7e4-e3e54af9147c"}]}"""),
        ("POST", "/v2/alerts/nan/close?identifierType=alias", """{"source":"am"}"""),
        ("POST", "/v2/alerts/nan/close?identifierType=alias", """{"user":"ann","note":5}"""),
        ("POST", "/v2/alerts/nan/close?identifierType=alias", $$"""{"note":"{{new string('x', 30_000)}}"}"""),
        ("POST", "/v2/alerts/nan/close?identifierType=other", "{}"),
        ("POST", "/v2/alerts/none/close", "{}"),
        ("POST", "/v2/alerts/nan/acknowledge?identifierType=alias", "{}"),
        ("PUT", "/v2/alerts", AnyBody),
        ("GET", "/v2/heartbeats/trainer/ping", ""),
        ("POST", "/v2/heartbeats/trainer/ping", "not looked at"),
        ("POST", "/v2/heartbeats//ping", ""),
        ("POST", "/api/v2/alerts", """[{"labels":{"alertname":"GpuDown","gpu":"7"}}]"""),
        ("POST", "/api/v2/alerts", "[]"),
        ("POST", "/webhooks/alertmanager", """{"alerts":[{"status":"firing","labels":{"alertname":"GpuDown"}},{"labels":5}]}"""),
        ("GET", "/webhooks/alertmanager", ""),
    ];

    [Fact]
    public async Task A_gateway_answers_as_the_owner_does_and_the_owner_counts_what_it_was_handed()
    {
        await using var silos = await Silos.StartAsync(1);
        await silos.AddAsync("gateway");
        await silos.UntilHandsOverAsync(1);
        using var atOwner = new HttpClient { BaseAddress = new Uri(silos[0].Url) };
        using var atGateway = new HttpClient { BaseAddress = new Uri(silos[1].Url) };

        foreach (var (method, path, body) in Requests)
        {
            await AssertSameAsync(method, path, silos.Client(0), silos.Client(1), () => new StringContent(body));
            await AssertSameAsync(method, path, atOwner, atGateway, () => new StringContent(body));
        }

        foreach (var path in (string[])["/v2/alerts", "/api/v2/alerts", "/webhooks/alertmanager"])
        {
            foreach (var bad in BadBodies.Any(path).Concat(BadBodies.Of(path)))
            {
                await AssertSameAsync(
                    "POST", path, silos.Client(0), silos.Client(1), () => new ByteArrayContent(bad.Bytes));
            }
        }

        var kept = await silos.Client(0).GetFromJsonAsync<JsonElement>("/api/v1/quarantine?limit=100");
        var reasons = kept.GetProperty("items").EnumerateArray().Select(item => item.Text("reason")).ToList();
        Assert.All(
            reasons.CountBy(reason => reason),
            reason => Assert.True(reason.Value % 2 == 0, $"{reason.Value} times: {reason.Key}"));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => silos.SendAsync(n % 2, "folded")));
        var alert = await silos.Client(0).GetFromJsonAsync<JsonElement>("/v2/alerts/folded?identifierType=alias");
        Assert.Equal(100, alert.GetProperty("data").Number("count"));
        Assert.InRange(await silos.MetricAsync(1, "correlation_gateway_batch_commands_sum"), 50, double.MaxValue);
    }

    [Fact]
    public async Task A_key_that_was_taken_away_opens_nothing_five_seconds_later()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 1, TimeSpan.FromSeconds(1));
        var key = Guid.NewGuid();
        var file = Path.Combine(ladder.Folder, "keys.yaml");
        await File.WriteAllTextAsync(
            file, $"keys: [{{ name: sender, type: integration, rights: [create_and_update], sha256: {Hash(key)} }}]");
        await using var silos = await Silos.StartAsync(1, ladder.Folder);
        await silos.AddAsync("gateway");
        await silos.UntilHandsOverAsync(1);
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(silos[1].Url, key));
        Assert.InRange(await silos.MetricAsync(1, "correlation_gateway_batches_total"), 1, 1);

        await File.WriteAllTextAsync(file, "keys: []");
        await Poll.UntilAsync(
            async () => await SendAsync(silos[0].Url, key) == HttpStatusCode.Unauthorized, Silos.Deadline,
            () => "the owner knows no such key");
        var since = Stopwatch.StartNew();
        await Poll.UntilAsync(
            async () => await SendAsync(silos[1].Url, key) == HttpStatusCode.Unauthorized, Silos.Deadline,
            () => "nor does the gateway");
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"It was let in for {since.Elapsed}.");
    }

    [Fact]
    public async Task Only_processes_on_the_database_hand_over_and_who_is_not_let_in_forwards()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var silos = await Silos.StartAsync(1, database: database);
        await using var source = NpgsqlDataSource.Create(database);
        var secret = (string)(await source.CreateCommand("SELECT secret FROM processes WHERE state = 'owner'").ExecuteScalarAsync())!;

        Assert.Equal(
            HttpStatusCode.Forbidden, (await UpgradeAsync(silos[0].Url, "guessed", $"correlation-intake/{IntakeWire.Version}")).Status);
        var (status, message) = await UpgradeAsync(silos[0].Url, secret, "correlation-intake/99");
        Assert.Equal(HttpStatusCode.UpgradeRequired, status);
        Assert.Contains($"correlation-intake/{IntakeWire.Version}", message, StringComparison.Ordinal);

        await source.CreateCommand("UPDATE processes SET secret = 'another'").ExecuteNonQueryAsync();
        await silos.AddAsync("gateway");
        await Poll.UntilAsync(
            () => Task.FromResult(silos[1].Program.LogTail.Contains("takes no batches", StringComparison.Ordinal)),
            Silos.Deadline, () => "it is refused");
        Assert.True(await silos.SendAsync(1, "forwarded"));
        Assert.True(await silos.HasAsync(0, "forwarded"));
        Assert.Equal(0, await silos.MetricAsync(1, "correlation_gateway_open"));
    }

    [Fact]
    public async Task A_gateway_that_is_told_to_stop_answers_what_it_has_taken()
    {
        await using var silos = await Silos.StartAsync(1);
        await silos.AddAsync("gateway");
        await silos.UntilHandsOverAsync(1);
        var senders = Enumerable.Range(0, 16).Select(SendUntilClosedAsync).ToList();
        await Poll.UntilAsync(
            async () => await silos.MetricAsync(1, "correlation_gateway_batches_total") > 50, Silos.Deadline,
            () => "batches are handed over");
        Assert.Equal(0, await silos[1].TerminateAsync(Silos.Deadline));
        Assert.Equal(0, (await Task.WhenAll(senders)).Sum());

        // How many were refused until nobody listened any more.
        async Task<int> SendUntilClosedAsync(int sender)
        {
            for (var (n, refused) = (0, 0); ; n++)
            {
                try
                {
                    using var answer = await silos.Client(1)
                        .PostAsJsonAsync("/v2/alerts", new { message = "m", alias = $"{sender}-{n % 10}" });
                    refused += answer.IsSuccessStatusCode ? 0 : 1;
                }
                catch (HttpRequestException)
                {
                    return refused;
                }
            }
        }
    }

    private static async Task AssertSameAsync(
        string method, string path, HttpClient owner, HttpClient gateway, Func<HttpContent> body)
    {
        var (expected, actual) = (await AnswerAsync(owner, method, path, body()), await AnswerAsync(gateway, method, path, body()));
        Assert.Equal(expected, actual);
    }

    /// <summary>Status, headers and body, without what no two answers share.</summary>
    private static async Task<string> AnswerAsync(HttpClient client, string method, string path, HttpContent body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : body };
        using var answer = await client.SendAsync(request);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "X-Response-Time" or "X-Request-ID" or "Transfer-Encoding" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order(StringComparer.Ordinal);
        return $"{method} {path}\n{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{OfOneAnswer().Replace(await answer.Content.ReadAsStringAsync(), "$1")}";
    }

    private static async Task<HttpStatusCode> SendAsync(string url, Guid key)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("GenieKey", key.ToString());
        using var answer = await client.PostAsync(url + "/v2/alerts", new StringContent(AnyBody));
        return answer.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string Message)> UpgradeAsync(
        string url, string secret, string protocol)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url + "/cluster/intake");
        request.Headers.Add("X-Correlation-Secret", secret);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(ProductHeaderValue.Parse(protocol));
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Hash(Guid key) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key.ToString())));

    [GeneratedRegex("""("requestId":|"took":)("[^"]*"|[0-9.]+)""")]
    private static partial Regex OfOneAnswer();
}
