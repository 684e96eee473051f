using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// Bodies that no adapter can use, over real connections: each is refused in the protocol of its caller, by the field's
/// name where there is one, and leaves nothing behind.
/// </summary>
public sealed class BadInputTests(BadInputTests.Silo fixture) : IClassFixture<BadInputTests.Silo>
{
    private const int Slow = 100;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(20);

    private readonly SiloProcess _silo = fixture.Process;

    [Theory]
    [InlineData("/v2/alerts")]
    [InlineData("/v2/heartbeats")]
    [InlineData("/v2/schedules")]
    public async Task Opsgenie_clients_are_refused_in_its_envelope(string path)
    {
        await AssertRefusedAsync(path, BadBodies.Any(path), AssertEnvelope);
        await AssertRefusedAsync(path, BadBodies.Of(path), AssertEnvelope);
        await AssertNothingStoredAsync();
    }

    [Theory]
    [InlineData("/api/v2/alerts")]
    [InlineData("/api/v2/silences")]
    [InlineData("/webhooks/alertmanager")]
    public async Task Alertmanagers_clients_are_refused_as_it_does(string path)
    {
        await AssertRefusedAsync(path, BadBodies.Any(path), AssertError);
        await AssertRefusedAsync(path, BadBodies.Of(path), AssertError);
        await AssertNothingStoredAsync();
    }

    [Theory]
    [InlineData("/api/v1/silences")]
    [InlineData("/api/v1/schedules/ml-infra/overrides")]
    [InlineData("/api/v1/incidents/none/acknowledge")]
    public async Task Native_clients_are_refused_with_a_problem(string path)
    {
        await AssertRefusedAsync(path, BadBodies.Any(path), AssertProblem);
        await AssertRefusedAsync(path, BadBodies.Of(path), AssertProblem);
        await AssertNothingStoredAsync();
    }

    [Fact]
    public async Task Who_does_not_end_a_request_is_cut_off_and_holds_up_nobody()
    {
        var url = new Uri(_silo.Url);
        var head = $"POST /v2/alerts HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: GenieKey {_silo.ApiKey}\r\n";
        var halfBodies = await OpenAsync(head + "Content-Length: 1000\r\n\r\n{\"message\":\"half\",");
        var halfHeads = await OpenAsync(head + "X-More: ");
        var noHttp = await OpenAsync("\x16\x03\x01 this is no HTTP \0\r\n\r\n");

        var watch = Stopwatch.StartNew();
        await AssertNothingStoredAsync();
        Assert.True(watch.Elapsed < AnswerWithin, $"With {3 * Slow} slow senders reading took {watch.Elapsed}");

        foreach (var connection in noHttp)
        {
            Assert.StartsWith("HTTP/1.1 400 ", await ReadToEndAsync(connection), StringComparison.Ordinal);
        }

        foreach (var connection in halfBodies)
        {
            var answer = await ReadToEndAsync(connection);
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"requestId\"", answer, StringComparison.Ordinal);
        }

        halfHeads.ForEach(connection => connection.Dispose());
        await AssertNothingStoredAsync();
    }

    private async Task AssertRefusedAsync(
        string path, IReadOnlyList<BadBody> bodies, Action<BadBody, HttpResponseMessage, JsonElement> assertShape)
    {
        foreach (var body in bodies)
        {
            using var content = new ByteArrayContent(body.Bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _silo.Client.PostAsync(path, content);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(
                (int)response.StatusCode is 400 or 413 or 422,
                $"{body.Name} to {path}: {(int)response.StatusCode} {text}");
            assertShape(body, response, JsonSerializer.Deserialize<JsonElement>(text));
            Assert.True(
                text.Contains(body.Names, StringComparison.Ordinal),
                $"{body.Name} to {path}: '{body.Names}' is not in {text}");
            Assert.DoesNotContain("Correlation.", text, StringComparison.Ordinal);
        }
    }

    private static void AssertEnvelope(BadBody body, HttpResponseMessage response, JsonElement json)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(
            json.TryGetProperty("message", out _) && json.TryGetProperty("requestId", out _), $"{body.Name}: {json}");
    }

    /// <summary>Alertmanager answers with a text, or with code and message where its own parser refuses.</summary>
    private static void AssertError(BadBody body, HttpResponseMessage response, JsonElement json)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(
            json.ValueKind == JsonValueKind.String ||
                (json.TryGetProperty("code", out _) && json.TryGetProperty("message", out _)),
            $"{body.Name}: {json}");
    }

    private static void AssertProblem(BadBody body, HttpResponseMessage response, JsonElement json)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(
            json.TryGetProperty("title", out _) && json.TryGetProperty("detail", out _), $"{body.Name}: {json}");
    }

    private async Task AssertNothingStoredAsync()
    {
        Assert.Equal(0, (await GetAsync("/v2/alerts/count")).GetProperty("data").GetProperty("count").GetInt32());
        Assert.Equal(
            0, (await GetAsync("/v2/heartbeats")).GetProperty("data").GetProperty("heartbeats").GetArrayLength());
        Assert.Equal(0, (await GetAsync("/api/v2/silences")).GetArrayLength());
        Assert.Equal(0, (await GetAsync("/api/v1/incidents")).GetProperty("items").GetArrayLength());
        Assert.False(_silo.Program.HasExited, _silo.Program.LogTail);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _silo.Client.GetAsync(path);
        response.EnsureSuccessStatusCode();
        return await Json.ReadAsync(response);
    }

    private async Task<List<TcpClient>> OpenAsync(string bytes)
    {
        var url = new Uri(_silo.Url);
        var connections = new List<TcpClient>();
        while (connections.Count < Slow)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(url.Host, url.Port);
            await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes));
            connections.Add(connection);
        }

        return connections;
    }

    private static async Task<string> ReadToEndAsync(TcpClient connection)
    {
        using var reader = new StreamReader(connection.GetStream(), Encoding.Latin1);
        var text = await reader.ReadToEndAsync().WaitAsync(CutWithin);
        connection.Dispose();
        return text;
    }

    public sealed class Silo : IAsyncLifetime
    {
        public SiloProcess Process { get; } = new();

        public Task InitializeAsync() => Process.StartAsync();

        public async Task DisposeAsync() => await Process.DisposeAsync();
    }
}
