using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class SavedSearchTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    private const string Searches = "/v2/alerts/saved-searches";

    [Fact]
    public async Task A_search_is_kept_changed_listed_and_deleted()
    {
        var name = server.NewAlias();
        var created = (await server.SendAsync("POST", Searches + "/", new
        {
            name,
            query = "status:open",
            owner = new { username = "ada@example.com" },
            teams = new[] { new { name = "serving" } },
        })).Is(201).Data;
        var id = created.Text("id");
        Assert.Equal(name, created.Text("name"));
        (await server.SendAsync("POST", Searches, new { name, query = "x", owner = new { username = "ada" } })).Is(409);

        (await server.SendAsync("PATCH", $"{Searches}/{name}?identifierType=name",
            """{"query":"status:closed","name":null}""")).Is(200);
        var whole = (await server.SendAsync("GET", $"{Searches}/{id}")).Is(200).Data;
        Assert.Equal((name, "status:closed", OpsgenieServer.TeamId), (
            whole.Text("name"), whole.Text("query"),
            whole.GetProperty("teams")[0].Text("id")));
        var listed = (await server.SendAsync("GET", Searches)).Is(200).Data;
        Assert.Contains(listed.EnumerateArray(), search => search.Text("id") == id);

        (await server.SendAsync("DELETE", $"{Searches}/{id}")).Is(200);
        (await server.SendAsync("GET", $"{Searches}/{name}?identifierType=name")).Is(404);
        (await server.SendAsync("DELETE", $"{Searches}/{id}")).Is(404);
        (await server.SendAsync("PATCH", $"{Searches}/{id}", "{}")).Is(404);
    }

    [Fact]
    public async Task A_list_takes_a_saved_search_alone_and_beside_a_query()
    {
        var (name, urgent, calm) = (server.NewAlias("saved"), server.NewAlias(), server.NewAlias());
        await server.CreateAsync(urgent, new { priority = "P1", tags = new[] { name } });
        await server.CreateAsync(calm, new { priority = "P5", tags = new[] { name } });
        (await server.SendAsync("POST", Searches,
            new { name, query = $"tag:{name}", owner = new { id = "ada@example.com" } })).Is(201);

        var saved = $"/v2/alerts/count?searchIdentifierType=name&searchIdentifier={name}";
        Assert.Equal(2, (await server.SendAsync("GET", saved)).Is(200).Data.Number("count"));
        Assert.Equal(1, (await server.SendAsync("GET", saved + "&query=priority:P1")).Is(200).Data.Number("count"));
        (await server.SendAsync("GET", "/v2/alerts?searchIdentifier=no-such-search")).Blames("searchIdentifier");
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("{}", "query")]
    [InlineData("{}", "owner")]
    [InlineData("""{"name":"x","query":"status:(","owner":{"username":"u"}}""", "query")]
    [InlineData("""{"name":"x","query":7,"owner":{"username":"u"}}""", "query")]
    [InlineData("""{"name":"x","query":"y","owner":"u"}""", "owner")]
    public async Task A_wrong_field_is_named(string body, string field) =>
        (await server.SendAsync("POST", Searches, body)).Blames(field);
}
