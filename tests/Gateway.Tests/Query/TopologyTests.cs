using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

/// <summary>Entities and edges over the real engine; each test names entities of its own.</summary>
public sealed class TopologyTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task What_is_declared_is_in_force_when_it_is_answered()
    {
        var name = server.NewName();
        var answer = await server.PostAsync("/api/v1/topology", new
        {
            entities = new[] { new { id = "model:" + name, team = "data-science" } },
            edges = new[] { new { from = "feature_view:" + name, to = $"model:{name}@7", lag = new { min = "PT0S", max = "PT6H" } } },
        });
        Assert.Equal("data-science", Text(answer.GetProperty("entities")[0], "team"));

        var listed = await server.GetAsync("/api/v1/topology?entity=model:" + name);
        var edge = Assert.Single(listed.GetProperty("edges").EnumerateArray());
        Assert.Equal(
            ("feature_view:" + name, "model:" + name, "declared"),
            (Text(edge, "from"), Text(edge, "to"), Text(edge, "origin")));
        Assert.Equal(("PT0S", "PT6H"), (Text(edge.GetProperty("lag"), "min"), Text(edge.GetProperty("lag"), "max")));
        Assert.Equal(JsonValueKind.String, edge.GetProperty("firstSeen").ValueKind);
    }

    [Fact]
    public async Task Edges_and_entities_are_listed_page_by_page_each_once()
    {
        var name = server.NewName();
        await server.PostAsync("/api/v1/topology", new
        {
            entities = Array.Empty<object>(),
            edges = Enumerable.Range(0, 120)
                .Select(n => new { from = "table:" + name, to = $"model:{name}-{n:D3}" })
                .ToArray(),
        });
        foreach (var path in new[] { "/api/v1/topology?limit=50", $"/api/v1/topology?limit=7&entity=table:{name}" })
        {
            var (edges, entities, next) = (new List<string>(), new List<string>(), "");
            do
            {
                var page = await server.GetAsync(path + next);
                edges.AddRange(
                    page.GetProperty("edges")
                        .EnumerateArray()
                        .Select(edge => Text(edge, "to"))
                        .Where(to => to.Contains(name, StringComparison.Ordinal)));
                entities.AddRange(page.GetProperty("entities").EnumerateArray().Select(entity => Text(entity, "id")));
                next = page.GetProperty("next").GetString() is { } cursor ? "&cursor=" + cursor : "";
            }
            while (next.Length > 0);

            Assert.Equal(Enumerable.Range(0, 120).Select(n => $"model:{name}-{n:D3}"), edges);
            Assert.Equal(entities.Distinct(), entities);
            Assert.Contains("table:" + name, entities);
        }
    }

    [Fact]
    public async Task An_edge_and_an_entity_are_removed()
    {
        var name = server.NewName();
        await DeclareAsync($"table:{name} > job:air/{name} > model:{name}");
        await server.SendAsync(HttpMethod.Delete, $"/api/v1/topology?from=table:{name}&to=job:air/{name}", null);
        Assert.Empty(
            (await server.GetAsync("/api/v1/topology?entity=table:" + name)).GetProperty("edges").EnumerateArray());
        await server.SendAsync(HttpMethod.Delete, $"/api/v1/topology?from=table:{name}&to=job:air/{name}", null, 404);

        await server.SendAsync(HttpMethod.Delete, "/api/v1/entities/job:air/" + name, null);
        await server.GetAsync("/api/v1/entities/job:air/" + name, 404);
        await server.SendAsync(HttpMethod.Delete, $"/api/v1/entities/job:air%2F{name}", null, 404);
    }

    [Fact]
    public async Task What_a_file_says_is_not_changed_here_and_names_the_file()
    {
        var file = (await server.GetAsync("/api/v1/topology?entity=table:filed")).GetProperty("edges")[0];
        Assert.Equal(("topology.yaml", "configuration"), (Text(file, "file"), Text(file, "origin")));
        var problem = await server.SendAsync(
            HttpMethod.Delete, "/api/v1/topology?from=table:filed&to=model:filed", null, 409);
        Assert.Contains("'topology.yaml'", Text(problem, "detail"), StringComparison.Ordinal);
        await server.SendAsync(HttpMethod.Delete, "/api/v1/entities/model:filed", null, 409);
        await server.PostAsync(
            "/api/v1/topology",
            new { edges = new[] { new { from = "table:filed", to = "model:filed", confidence = 0.5 } } }, 409);
        await server.PostAsync(
            "/api/v1/topology", new { edges = new[] { new { from = "table:filed", to = "model:filed" } } });
    }

    [Fact]
    public async Task An_entity_nobody_linked_says_that_no_lineage_is_known()
    {
        var name = server.NewName();
        await server.GetAsync("/api/v1/entities/model:" + name, 404);
        await server.OpenAsync(name);
        var alone = await server.GetAsync("/api/v1/entities/model:" + name);
        Assert.Equal("no lineage known", Text(alone.GetProperty("entity"), "lineage"));
        Assert.Equal(name, Text(alone.GetProperty("alerts")[0], "alias"));

        await DeclareAsync($"feature_view:{name} > model:{name}");
        var linked = await server.GetAsync("/api/v1/entities/model:" + name);
        Assert.Equal("known", Text(linked.GetProperty("entity"), "lineage"));
        Assert.Equal("feature_view:" + name, Text(linked.GetProperty("upstreamEdges")[0], "from"));
    }

    [Fact]
    public async Task Coverage_is_the_share_of_a_models_inputs_with_a_known_source()
    {
        var name = server.NewName();
        await DeclareAsync(
            $"source:{name} > feature_view:{name}-a > model:{name}",
            $"feature_view:{name}-b > training:{name} > model:{name}", $"node:{name} > model:{name}");
        var coverage = (await server.GetAsync("/api/v1/entities/model:" + name))
            .GetProperty("entity")
            .GetProperty("coverage");
        Assert.Equal((2, 1, 0.5), (coverage.GetProperty("inputs").GetInt32(), coverage.GetProperty("known").GetInt32(), coverage.GetProperty("share").GetDouble()));
        Assert.Equal($"feature_view:{name}-b", coverage.GetProperty("unknown")[0].GetString());

        var models = (await server.GetAsync("/api/v1/entities?type=model&limit=100"))
            .GetProperty("items")
            .EnumerateArray()
            .ToList();
        Assert.All(models, model => Assert.Equal("model", Text(model, "type")));
        Assert.Contains(models, model => Text(model, "id") == "model:" + name);
    }

    [Fact]
    public async Task The_blast_radius_says_when_trouble_arrives_whose_it_is_and_who_is_ill_already()
    {
        var name = server.NewName();
        await server.PostAsync("/api/v1/topology", new
        {
            entities = new[] { new { id = "endpoint:" + name, team = "serving" } },
            edges = new object[]
            {
                new { from = "feature_view:" + name, to = "model:" + name, lag = new { min = "PT10M", max = "PT6H" } },
                new { from = "model:" + name, to = "endpoint:" + name, lag = new { max = "5m" } },
                new { from = "endpoint:" + name, to = "kpi:" + name },
            },
        });
        await server.OpenAsync(name);

        var radius = await server.GetAsync(
            $"/api/v1/entities/feature_view:{name}/downstream?since=2026-01-05T10:00:00Z");

        var items = radius.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["model:" + name, "endpoint:" + name, "kpi:" + name], items.Select(item => Text(item, "entity")));
        Assert.Equal(["1", "2", "3"], items.Select(item => item.GetProperty("hops").GetRawText()));
        Assert.Equal(["", "serving", ""], items.Select(item => Text(item, "team")));
        Assert.Equal(
            ("2026-01-05T10:10:00.000Z", "2026-01-05T16:05:00.000Z"),
            (Text(items[1].GetProperty("arrives"), "earliest"), Text(items[1].GetProperty("arrives"), "latest")));
        Assert.Equal(JsonValueKind.Null, items[2].GetProperty("arrives").ValueKind);
        Assert.Equal(name, Text(items[0].GetProperty("alert"), "alias"));
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("alert").ValueKind);
        Assert.Equal(
            [$"feature_view:{name}", "model:" + name, "endpoint:" + name],
            items[1].GetProperty("path").EnumerateArray().Select(urn => urn.GetString()!));
        Assert.False(radius.GetProperty("truncated").GetBoolean());

        var first = await server.GetAsync($"/api/v1/entities/feature_view:{name}/downstream?limit=2");
        var rest = await server.GetAsync(
            $"/api/v1/entities/feature_view:{name}/downstream?limit=2&cursor={Text(first, "next")}");
        Assert.Equal("kpi:" + name, Text(Assert.Single(rest.GetProperty("items").EnumerateArray()), "entity"));
    }

    [Theory]
    [InlineData("""{"entities":[{"id":"churn"}]}""", "entities[0].id")]
    [InlineData("""{"entities":[{"id":"pipe:churn"}]}""", "entities[0].id")]
    [InlineData("""{"entities":[{}]}""", "entities[0].id")]
    [InlineData("""{"entities":[null]}""", "entities[0]")]
    [InlineData("""{"entities":[{"id":"model:m","owner":"x"}]}""", "entities[0].owner")]
    [InlineData("""{"edges":[{"from":"model:m"}]}""", "edges[0].to")]
    [InlineData("""{"edges":[{"from":"model:m","to":"model: "}]}""", "edges[0].to")]
    [InlineData("""{"edges":[{"from":"model:m","to":"kpi:k","lag":{}}]}""", "edges[0].lag.max")]
    [InlineData("""{"edges":[{"from":"model:m","to":"kpi:k","lag":{"max":"soon"}}]}""", "edges[0].lag.max")]
    [InlineData("""{"edges":[{"from":"model:m","to":"kpi:k","lag":{"min":"PT2H","max":"PT1H"}}]}""", "edges[0].lag.max")]
    [InlineData("""{"edges":[{"from":"model:m","to":"kpi:k","lag":{"max":"-PT1H"}}]}""", "edges[0].lag.max")]
    [InlineData("""{"edges":[{"from":"model:m","to":"kpi:k","confidence":0}]}""", "edges[0].confidence")]
    [InlineData("""{"edges":7}""", "edges")]
    [InlineData("""[]""", "body")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        var problem = await server.SendAsync(HttpMethod.Post, "/api/v1/topology", new StringContent(body), 400);
        Assert.Equal(field, Text(problem, "field"));
    }

    [Fact]
    public async Task Whose_key_may_not_configure_changes_nothing()
    {
        var body = new { entities = new[] { new { id = "model:x" } } };
        await server.PostAsync("/api/v1/topology", body, 403, NativeServer.ReadKey);
        await server.SendAsync(HttpMethod.Delete, "/api/v1/entities/model:x", null, 403, NativeServer.ReadKey);
        await server.PostAsync("/api/v1/topology", body, 403, NativeServer.TeamKey);
    }

    private Task DeclareAsync(params string[] paths) => server.PostAsync("/api/v1/topology", new
    {
        edges = (from path in paths
                 let urns = path.Split(" > ")
                 from pair in urns.Zip(urns.Skip(1))
                 select new { @from = pair.First, to = pair.Second }).ToArray(),
    });

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString()!;
}
