using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class AlertTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task An_alert_is_read_by_alias_and_id_with_the_exact_count()
    {
        var alias = server.NewName();
        await server.OpenAsync(alias);
        await server.FireAsync(alias);
        await server.FireAsync(alias);
        var alert = await server.GetAsync("/api/v1/alerts/" + alias);
        Assert.Equal(3, alert.GetProperty("count").GetInt64());
        Assert.Equal("open", Text(alert, "status"));
        Assert.Equal("model:" + alias, Text(alert, "entity"));
        Assert.Equal("open", Text(alert.GetProperty("incident"), "status"));
        Assert.Equal("ModelAccuracyDrop", Text(alert.GetProperty("details"), "alertname"));
        var byId = await server.GetAsync("/api/v1/alerts/" + Text(alert, "id"));
        Assert.Equal(alias, Text(byId, "alias"));
        Assert.Equal(3, byId.GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task An_alias_may_hold_slashes_and_spaces()
    {
        var alias = server.NewName() + "/a b/ü";
        await server.FireAsync(alias);
        Assert.Equal(alias, Text(await server.GetAsync("/api/v1/alerts/" + Uri.EscapeDataString(alias)), "alias"));
    }

    [Fact]
    public async Task A_list_is_searched_by_opsgenies_language_and_goes_on_by_cursor()
    {
        var name = server.NewName();
        for (var i = 0; i < 5; i++)
        {
            await server.FireAsync($"{name}-{i}", entity: name);
        }

        var path = $"/api/v1/alerts?limit=2&query={Uri.EscapeDataString($"status:open AND entity:\"model:{name}\"")}";
        var (aliases, next) = (new List<string>(), "");
        do
        {
            var page = await server.GetAsync(next.Length == 0 ? path : path + "&cursor=" + next);
            aliases.AddRange(page.GetProperty("items").EnumerateArray().Select(a => Text(a, "alias")));
            next = page.GetProperty("next").GetString() ?? "";
        }
        while (next.Length > 0);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"{name}-{i}"), aliases.Order());
    }

    [Fact]
    public async Task What_opens_while_pages_are_turned_repeats_nothing()
    {
        var name = server.NewName();
        for (var i = 0; i < 3; i++)
        {
            await server.FireAsync($"{name}-{i}", entity: name);
        }

        var path = $"/api/v1/alerts?limit=2&query={Uri.EscapeDataString($"entity:\"model:{name}\"")}";
        var first = await server.GetAsync(path);
        await server.FireAsync($"{name}-new", entity: name);
        var second = await server.GetAsync(path + "&cursor=" + Text(first, "next"));

        Assert.Equal(
            [$"{name}-2", $"{name}-1"], first.GetProperty("items").EnumerateArray().Select(a => Text(a, "alias")));
        Assert.Equal([$"{name}-0"], second.GetProperty("items").EnumerateArray().Select(a => Text(a, "alias")));
        await server.GetAsync(path + "&cursor=MTAw", 400);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retried_close_is_answered_as_the_first_time_whatever_came_since(bool byId)
    {
        var alias = server.NewName();
        await server.OpenAsync(alias);
        var id = Text(await server.GetAsync("/api/v1/alerts/" + alias), "id");
        var path = $"/api/v1/alerts/{(byId ? id : alias)}/close";
        await server.PostAsync(path, idempotencyKey: "once");
        await server.FireAsync(alias);

        var again = await server.PostAsync(path, idempotencyKey: "once");

        Assert.Equal((id, "closed"), (Text(again, "id"), Text(again, "status")));
        Assert.Equal("open", Text(await server.GetAsync("/api/v1/alerts/" + alias), "status"));
        await server.PostAsync($"/api/v1/alerts/{id}/close", status: 409, idempotencyKey: "another");
    }

    [Fact]
    public async Task Closing_answers_with_the_closed_alert_and_a_second_close_with_the_same()
    {
        var alias = server.NewName();
        await server.OpenAsync(alias);
        var closed = await server.PostAsync(
            $"/api/v1/alerts/{alias}/close", new { user = NativeServer.Ada, note = "fixed" });
        Assert.Equal(("closed", "closedByPerson"), (Text(closed, "status"), Text(closed, "closedHow")));
        Assert.Equal(NativeServer.Ada, Text(closed, "closedBy"));
        var again = await server.PostAsync($"/api/v1/alerts/{alias}/close", new { user = "somebody else" });
        Assert.Equal((Text(closed, "closedAt"), NativeServer.Ada), (Text(again, "closedAt"), Text(again, "closedBy")));
    }

    [Fact]
    public async Task What_is_unknown_is_not_found_and_what_is_another_teams_is_forbidden()
    {
        await server.GetAsync("/api/v1/alerts/no-such-alias", 404);
        await server.GetAsync("/api/v1/alerts/00000000-0000-4000-8000-000000000000", 404);
        await server.PostAsync("/api/v1/alerts/no-such-alias/close", status: 404);
        var alias = server.NewName();
        await server.FireAsync(alias);
        await server.GetAsync("/api/v1/alerts/" + alias, 403, NativeServer.TeamKey);
        var listed = await server.GetAsync("/api/v1/alerts", key: NativeServer.TeamKey);
        Assert.All(listed.GetProperty("items").EnumerateArray(), a => Assert.Equal("serving", Text(a, "team")));
    }

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";
}
