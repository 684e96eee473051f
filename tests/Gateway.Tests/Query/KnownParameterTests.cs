using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class KnownParameterTests(NativeServer server) : IClassFixture<NativeServer>
{
    /// <summary>This host has nothing behind them, and fails before it looks at parameters, of which they have none.</summary>
    private static readonly string[] WithoutSeam = ["/api/v1/cluster", "/api/v1/hold"];

    [Theory]
    [InlineData("/api/v1/alerts?status=closed", "status", "There is no parameter 'status' here. There are: query (Opsgenie's query language, such as 'status:open AND priority:P1'); limit (1 to 100, by default 50); cursor (The 'next' of the page before).")]
    [InlineData("/api/v1/heartbeats?limt=3", "limt", "There is no parameter 'limt' here, did you mean 'limit'? There are: limit (1 to 100, by default 50); cursor (The 'next' of the page before).")]
    [InlineData("/api/v1/schedules?limit=3", "limit", "There is no parameter 'limit' here. This address has none.")]
    [InlineData("/api/v1/schedules/x?name=y&bogus", "name", "There is no parameter 'name' here. This address has none.")]
    public async Task One_that_is_not_there_is_refused_with_those_that_are(
        string address, string name, string detail)
    {
        using var answer = await server.Http.GetAsync(address);
        Assert.Equal((400, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((name, detail), (problem.GetProperty("field").GetString(), problem.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Every_write_refuses_what_its_description_does_not_have()
    {
        using var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var writes = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject(), (path, method) => (Path: path.Name, Method: method.Name.ToUpperInvariant()))
            .Where(write => write.Method is "POST" or "PUT" or "PATCH" or "DELETE" && !WithoutSeam.Any(write.Path.StartsWith))
            .ToList();
        Assert.True(writes.Count > 15);
        foreach (var (path, method) in writes)
        {
            var address = path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(new HttpMethod(method), address + "?bogus=1") { Content = JsonContent.Create(new { }) };
            using var answer = await server.Http.SendAsync(request);
            Assert.Contains(
                "no parameter 'bogus'", $"{method} {address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_read_refuses_what_its_description_does_not_have_and_nothing_else()
    {
        using var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var reads = document.RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("get", out _) && !WithoutSeam.Contains(path.Name))
            .Select(path => (path.Name, Known: Parameters(path.Value.GetProperty("get"))))
            .ToList();
        Assert.True(reads.Count > 20);
        foreach (var (path, known) in reads)
        {
            var address = path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            Assert.Contains("no parameter 'bogus'", await DetailAsync($"{address}?bogus=1"), StringComparison.Ordinal);
            foreach (var name in known)
            {
                Assert.DoesNotContain("no parameter", await DetailAsync($"{address}?{name}=x"), StringComparison.Ordinal);
            }
        }

        static List<string> Parameters(JsonElement read) => read.TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!)]
            : [];

        async Task<string> DetailAsync(string address)
        {
            using var answer = await server.Http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            return $"{address}: {(int)answer.StatusCode} " + (answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync());
        }
    }
}
