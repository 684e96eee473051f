using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed class SilenceTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    [Fact]
    public async Task A_silence_is_shown_as_it_was_made()
    {
        var posted = AlertmanagerServer.Silence("x", "x", new
        {
            matchers = new object[]
            {
                new { name = "a", value = "1", isRegex = false },
                new { name = "b", value = "2|3", isRegex = true, isEqual = false },
            },
        });
        var id = (await server.SendAsync("POST", "/api/v2/silences", posted))
            .Is(200).Json.GetProperty("silenceID")
            .GetString();

        var shown = await server.GetAsync($"/api/v2/silence/{id}");
        Assert.Equal(
            """[{"isEqual":true,"isRegex":false,"name":"a","value":"1"},{"isEqual":false,"isRegex":true,"name":"b","value":"2|3"}]""",
            shown.GetProperty("matchers").GetRawText());
        Assert.Equal(("active", "ada", "known", "{}"), (
            shown.GetProperty("status").GetProperty("state").GetString(),
            shown.GetProperty("createdBy").GetString(),
            shown.GetProperty("comment").GetString(),
            shown.GetProperty("annotations").GetRawText()));
        Assert.Contains(id, await IdsAsync("filter=a=1&filter=b!~\"2|3\""));
        Assert.DoesNotContain(id, await IdsAsync("filter=a=~1"));
        Assert.DoesNotContain(id, await IdsAsync("active=false"));
    }

    [Fact]
    public async Task Each_silence_has_an_id_of_its_own() =>
        Assert.NotEqual(await server.SilenceAsync("own", "1"), await server.SilenceAsync("own", "1"));

    [Fact]
    public async Task A_later_end_keeps_the_id_and_other_matchers_take_a_new_one()
    {
        var id = await server.SilenceAsync("edit", "1");
        var shown = await server.GetAsync($"/api/v2/silence/{id}");
        var (startsAt, endsAt) = (shown.GetProperty("startsAt").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(5));
        Assert.Equal(id, await server.SilenceAsync("edit", "1", new { id, startsAt, endsAt }));
        shown = await server.GetAsync($"/api/v2/silence/{id}");
        Assert.Equal(
            endsAt.ToUnixTimeMilliseconds(), shown.GetProperty("endsAt").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(startsAt, shown.GetProperty("startsAt").GetDateTimeOffset());

        var other = await server.SilenceAsync("edit", "2", new { id, startsAt, endsAt });
        Assert.NotEqual(id, other);
        Assert.Equal("expired", await StateAsync(id));
        Assert.Equal("active", await StateAsync(other));

        // An ended one is not brought back: the edit is a new one.
        Assert.NotEqual(id, await server.SilenceAsync("edit", "1", new { id, startsAt, endsAt }));
    }

    [Fact]
    public async Task A_pending_one_may_move_and_ends_without_having_begun()
    {
        var later = new { startsAt = DateTimeOffset.UtcNow.AddHours(1), endsAt = DateTimeOffset.UtcNow.AddHours(2) };
        var id = await server.SilenceAsync("pending", "1", later);
        Assert.Equal("pending", await StateAsync(id));
        Assert.Equal(id, await server.SilenceAsync(
            "pending", "1", new { id, startsAt = DateTimeOffset.UtcNow.AddMinutes(30), later.endsAt }));
        Assert.NotEqual(id, await server.SilenceAsync(
            "pending", "1", new { id, startsAt = DateTimeOffset.UtcNow.AddMinutes(-1), later.endsAt }));
        Assert.Equal("expired", await StateAsync(id));
    }

    [Fact]
    public async Task Ending_an_ended_one_is_fine_and_an_unknown_one_is_not_found()
    {
        var id = await server.SilenceAsync("end", "1");
        Assert.Equal("", (await server.SendAsync("DELETE", $"/api/v2/silence/{id}")).Is(200).Body);
        (await server.SendAsync("DELETE", $"/api/v2/silence/{id}")).Is(200);
        Assert.Equal("expired", await StateAsync(id));
        var unknown = Guid.NewGuid();
        (await server.SendAsync("DELETE", $"/api/v2/silence/{unknown}")).Is(404);
        Assert.Equal(
            $"silence {unknown} not found",
            (await server.SendAsync("GET", $"/api/v2/silence/{unknown}")).Is(404).Json.GetString());
        (await server.SendAsync("POST", "/api/v2/silences", AlertmanagerServer.Silence("a", "b", new { id = unknown })))
            .Is(404);
        Assert.Equal(
            601, (await server.SendAsync("GET", "/api/v2/silence/7")).Is(422).Json.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task They_are_listed_active_then_pending_then_ended()
    {
        DateTimeOffset In(int hours) => DateTimeOffset.UtcNow.AddHours(hours);
        var ended = await server.SilenceAsync("order", "1");
        (await server.SendAsync("DELETE", $"/api/v2/silence/{ended}")).Is(200);
        var last = await server.SilenceAsync("order", "1", new { startsAt = In(2), endsAt = In(3) });
        var third = await server.SilenceAsync("order", "1", new { startsAt = In(1), endsAt = In(9) });
        var second = await server.SilenceAsync("order", "1", new { endsAt = In(8) });
        var first = await server.SilenceAsync("order", "1", new { endsAt = In(7) });
        Assert.Equal([first, second, third, last, ended], await IdsAsync("filter=order=1"));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 422)]
    [InlineData("{}", 422)]
    [InlineData("""{"matchers":"a=b"}""", 400)]
    [InlineData("""{"matchers":[{"name":1}]}""", 400)]
    public async Task A_body_of_another_shape_is_refused(string body, int status) =>
        Assert.True((await server.SendAsync("POST", "/api/v2/silences", body)).Is(status).Json.TryGetProperty("message", out _));

    [Theory]
    [InlineData("matchers", "null", "matchers", 422)]
    [InlineData("comment", "null", "comment", 422)]
    [InlineData("endsAt", "null", "endsAt", 422)]
    [InlineData("endsAt", "\"soon\"", "endsAt", 400)]
    [InlineData("endsAt", "\"2020-01-01T00:00:00Z\"", "end time", 400)]
    [InlineData("startsAt", "\"2999-01-01T00:00:00Z\"", "start time", 400)]
    [InlineData("matchers", "[]", "at least one matcher", 400)]
    [InlineData("matchers", "[null]", "matchers.0", 422)]
    [InlineData("matchers", """[{"name":"a","value":"b"}]""", "matchers.0.isRegex", 422)]
    [InlineData("matchers", """[{"name":"a","value":"(","isRegex":true}]""", "matchers.0", 400)]
    [InlineData("matchers", """[{"name":"a","value":".*","isRegex":true}]""", "must not match the empty string", 400)]
    [InlineData("matchers", """[{"name":"","value":"b","isRegex":false}]""", "matchers.0", 400)]
    public async Task A_wrong_field_is_named(string field, string value, string named, int status)
    {
        var body = AlertmanagerServer.Silence("a", "b");
        body[field] = JsonDocument.Parse(value).RootElement;
        Assert.Contains(
            named,
            (await server.SendAsync("POST", "/api/v2/silences", body)).Is(status).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teams_key_and_one_that_only_sends_make_none()
    {
        (await server.SendAsync("POST", "/api/v2/silences", AlertmanagerServer.Silence("a", "b"), AlertmanagerServer.TeamKey)).Is(403);
        (await server.SendAsync("POST", "/api/v2/silences", AlertmanagerServer.Silence("a", "b"), AlertmanagerServer.SenderKey)).Is(403);
        (await server.SendAsync("DELETE", $"/api/v2/silence/{Guid.NewGuid()}", key: AlertmanagerServer.TeamKey))
            .Is(403);
    }

    private async Task<string?> StateAsync(string id) =>
        (await server.GetAsync($"/api/v2/silence/{id}")).GetProperty("status").GetProperty("state").GetString();

    private async Task<List<string?>> IdsAsync(string query) =>
        [.. (await server.GetAsync($"/api/v2/silences?{query}")).EnumerateArray().Select(silence => silence.GetProperty("id").GetString())];
}
