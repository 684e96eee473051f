using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class SilenceTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task A_silence_holds_from_the_answer_on_and_pages_what_still_fires_when_it_is_ended()
    {
        var name = server.NewName();
        var silence = await server.PostAsync(
            "/api/v1/silences", new { matchers = $"{{model=\"{name}\"}}", duration = "1h", comment = "retraining" });
        Assert.Equal("active", Text(silence, "status"));
        Assert.Equal("administrator", Text(silence, "createdBy"));
        var incident = await server.OpenAsync(name);
        Assert.Empty(incident.GetProperty("pages").EnumerateArray());
        Assert.Equal(
            [Text(silence, "id")], incident.GetProperty("suppressedBy").EnumerateArray().Select(s => s.GetString()));

        var ended = await server.SendAsync(HttpMethod.Delete, "/api/v1/silences/" + Text(silence, "id"), null);
        Assert.Equal("expired", Text(ended, "status"));
        await TestKit.Processes.Poll.UntilAsync(
            async () => (await server.GetAsync("/api/v1/incidents/" + Text(incident, "id")))
                .GetProperty("pages")
                .GetArrayLength() == 1,
            TimeSpan.FromSeconds(10),
            () => "a page once the silence was over");
    }

    [Fact]
    public async Task What_a_silence_would_hide_is_shown_before_it_is_made()
    {
        var name = server.NewName();
        await server.OpenAsync(name + "-1", name);
        await server.OpenAsync(name + "-2", name);
        await server.OpenAsync(name + "-other");

        var preview = await server.GetAsync($"/api/v1/silences/preview?limit=1&matchers=%7Bmodel=%22{name}%22%7D");
        Assert.Equal((2, 1, 2), (Number(preview, "alerts"), Number(preview, "incidents"), Number(preview, "paging")));
        Assert.Equal(
            [name + "-1"], preview.GetProperty("first").EnumerateArray().Select(alert => Text(alert, "alias")));

        await server.PostAsync("/api/v1/silences", new { matchers = $"{{alias=\"{name}-1\"}}", duration = "1h" });

        // Open alerts are told of a silence right after it is in force.
        await TestKit.Processes.Poll.UntilAsync(
            async () =>
            {
                preview = await server.GetAsync($"/api/v1/silences/preview?matchers=%7Bmodel=%22{name}%22%7D");
                return (Number(preview, "alerts"), Number(preview, "paging")) == (2, 1);
            },
            TimeSpan.FromSeconds(10),
            () => "one that the silence holds back");
        Assert.Single(preview.GetProperty("first")[0].GetProperty("suppressedBy").EnumerateArray());

        await server.GetAsync("/api/v1/silences/preview?matchers=%7Ba=~%22.*%22%7D", status: 400);
        await server.GetAsync("/api/v1/silences/preview", status: 400);
        var team = await server.GetAsync(
            $"/api/v1/silences/preview?matchers=%7Bmodel=%22{name}%22%7D", key: NativeServer.TeamKey);
        Assert.Equal(0, Number(team, "alerts"));
    }

    [Fact]
    public async Task One_whose_end_is_moved_again_and_again_needs_attention_and_says_what_it_hides()
    {
        var name = server.NewName();
        await server.OpenAsync(name);
        var made = await server.PostAsync(
            "/api/v1/silences", new { matchers = $"{{model=\"{name}\"}}", duration = "1h" });
        Assert.DoesNotContain(await AttentionAsync(), s => Text(s, "id") == Text(made, "id"));
        for (var hours = 2; hours < 5; hours++)
        {
            await server.PostAsync(
                "/api/v1/silences",
                new { id = Text(made, "id"), matchers = $"{{model=\"{name}\"}}", duration = hours + "h" });
        }

        var listed = (await AttentionAsync()).Single(s => Text(s, "id") == Text(made, "id"));
        Assert.Equal(
            "Its end was moved 3 times.", Assert.Single(listed.GetProperty("attention").EnumerateArray()).GetString());
        Assert.Equal((3, 1), (Number(listed, "extensions"), Number(listed, "hides")));

        async Task<List<JsonElement>> AttentionAsync() =>
            [.. (await server.GetAsync("/api/v1/silences?attention=true&limit=100")).GetProperty("items").EnumerateArray()];
    }

    [Fact]
    public async Task Matchers_may_be_a_list_and_are_listed_with_their_silence()
    {
        var made = await server.PostAsync("/api/v1/silences", new
        {
            matchers = new object[]
            {
                new { name = "team", value = "ml-.*", isRegex = true },
                new { name = "env", value = "prod", isEqual = false },
            },
            startsAt = "2190-01-01T00:00:00Z",
            endsAt = "2190-01-02T00:00:00Z",
            createdBy = "carol",
        });
        Assert.Equal("pending", Text(made, "status"));
        Assert.Equal("{team=~\"ml-.*\",env!=\"prod\"}", Text(made, "text"));
        var listed = await server.GetAsync("/api/v1/silences?status=pending");
        var found = listed.GetProperty("items").EnumerateArray().Single(s => Text(s, "id") == Text(made, "id"));
        Assert.Equal("carol", Text(found, "createdBy"));
        Assert.True(found.GetProperty("matchers")[0].GetProperty("isRegex").GetBoolean());
        Assert.Equal(Text(made, "id"), Text(await server.GetAsync("/api/v1/silences/" + Text(made, "id")), "id"));
    }

    [Fact]
    public async Task A_retry_with_the_same_idempotency_key_makes_no_second_silence()
    {
        var body = new { matchers = "{a=\"b\"}", duration = "1h" };
        var first = await server.PostAsync("/api/v1/silences", body, idempotencyKey: "silence-1");
        var again = await server.PostAsync("/api/v1/silences", body, idempotencyKey: "silence-1");
        Assert.Equal(Text(first, "id"), Text(again, "id"));
        Assert.NotEqual(Text(first, "id"), Text(await server.PostAsync("/api/v1/silences", body), "id"));
    }

    [Theory]
    [InlineData("""{"duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":"{}","duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":"{a=~\".*\"}","duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":"{a=~\"(\"}","duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":[{"name":"a"}],"duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":[7],"duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":7,"duration":"1h"}""", "matchers")]
    [InlineData("""{"matchers":"{a=\"b\"}"}""", "endsAt")]
    [InlineData("""{"matchers":"{a=\"b\"}","endsAt":"2190-01-01","duration":"1h"}""", "endsAt")]
    [InlineData("""{"matchers":"{a=\"b\"}","endsAt":"tomorrow"}""", "endsAt")]
    [InlineData("""{"matchers":"{a=\"b\"}","duration":"soon"}""", "duration")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        var problem = await server.SendAsync(HttpMethod.Post, "/api/v1/silences", new StringContent(body), 400);
        Assert.Equal(field, Text(problem, "field"));
    }

    [Fact]
    public async Task A_silence_in_the_past_is_refused_and_an_unknown_one_not_found()
    {
        var past = new { matchers = "{a=\"b\"}", startsAt = "2020-01-01", endsAt = "2020-01-02" };
        Assert.Contains(
            "must end in the future",
            Text(await server.PostAsync("/api/v1/silences", past, 409), "reason"),
            StringComparison.Ordinal);
        await server.GetAsync("/api/v1/silences/none", 404);
        await server.SendAsync(HttpMethod.Delete, "/api/v1/silences/none", null, 404);
        await server.PostAsync("/api/v1/silences", new { id = "none", matchers = "{a=\"b\"}", duration = "1h" }, 404);
        await server.PostAsync(
            "/api/v1/silences", new { matchers = "{a=\"b\"}", duration = "1h" }, 403, NativeServer.ReadKey);
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";
}
