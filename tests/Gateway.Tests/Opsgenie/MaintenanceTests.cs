using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class MaintenanceTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task One_that_disables_an_integration_holds_back_what_comes_by_it_from_the_answer_on_until_it_is_cancelled()
    {
        var made = (await server.SendAsync("POST", "/v1/maintenance", await BodyAsync("for-1-hour"))).Is(201).Data;
        Assert.Equal(("active", "for-1-hour"), (made.Text("status"), made.GetProperty("time").Text("type")));
        var alias = server.NewAlias();
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias }, OpsgenieServer.SenderKey)).Is(202);
        var other = server.NewAlias();
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias = other })).Is(202);
        await server.PagedAsync(other);
        Assert.Empty((await server.ListAsync(alias, "recipients")).EnumerateArray());

        var rules = (await server.SendAsync("GET", "/v1/maintenance/" + made.Text("id")))
            .Is(200).Data.GetProperty("rules");
        Assert.Equal("disabled", rules[0].Text("state"));
        var cancelled = (await server.SendAsync("POST", $"/v1/maintenance/{made.Text("id")}/cancel")).Is(200).Data;
        Assert.Equal("cancelled", cancelled.Text("status"));
        await server.PagedAsync(alias);
        (await server.SendAsync("POST", $"/v1/maintenance/{made.Text("id")}/cancel")).Is(422);
    }

    [Fact]
    public async Task One_is_planned_changed_moved_listed_and_deleted()
    {
        var body = await BodyAsync("schedule", "2190-01-01T10:00:00Z", "2190-01-01T12:00:00Z");
        var id = (await server.SendAsync("POST", "/v1/maintenance", body)).Is(201).Data.Text("id")!;
        Assert.Contains(await ListAsync("non-expired"), one => one.Text("id") == id && one.Text("status") == "planned");
        Assert.DoesNotContain(await ListAsync("past"), one => one.Text("id") == id);

        (await server.SendAsync("PUT", "/v1/maintenance/" + id, await BodyAsync("schedule", "2190-01-01T10:00:00Z", "2190-01-01T13:00:00Z"))).Is(200);
        Assert.Equal("2190-01-01T13:00:00Z", await EndAsync(id));
        (await server.SendAsync("POST", $"/v1/maintenance/{id}/change-end-date", new { endDate = "2190-01-01T14:00:00Z" })).Is(200);
        Assert.Equal("2190-01-01T14:00:00Z", await EndAsync(id));
        (await server.SendAsync("POST", $"/v1/maintenance/{id}/change-end-date", new { endDate = "2190-01-01T09:00:00Z" })).Blames("time");

        (await server.SendAsync("DELETE", "/v1/maintenance/" + id)).Is(200);
        (await server.SendAsync("GET", "/v1/maintenance/" + id)).Is(404);
        (await server.SendAsync("DELETE", "/v1/maintenance/" + id)).Is(404);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_named()
    {
        (await server.SendAsync("POST", "/v1/maintenance", await BodyAsync("for-ever"))).Blames("time.type");
        (await server.SendAsync("POST", "/v1/maintenance", await BodyAsync("schedule", "2190-01-01T10:00:00Z")))
            .Blames("time.endDate");
        (await server.SendAsync("POST", "/v1/maintenance", await BodyAsync("schedule", "2001-01-01T10:00:00Z", "2001-01-01T11:00:00Z"))).Blames("time");
        (await server.SendAsync("POST", "/v1/maintenance", new { time = new { type = "for-1-hour" } })).Blames("rules");
        var unknown = new { time = new { type = "for-1-hour" }, rules = new[] { new { state = "disabled", entity = new { id = "x", type = "integration" } } } };
        (await server.SendAsync("POST", "/v1/maintenance", unknown)).Blames("rules[0].entity.id");
        var policy = new { time = new { type = "for-1-hour" }, rules = new[] { new { state = "disabled", entity = new { id = "x", type = "policy" } } } };
        (await server.SendAsync("POST", "/v1/maintenance", policy)).Blames("rules[0].entity.type");
        (await server.SendAsync("GET", "/v1/maintenance", key: OpsgenieServer.TeamKey)).Is(403);
        (await server.SendAsync("POST", "/v1/maintenance", "{}", OpsgenieServer.SenderKey)).Is(403);
    }

    [Fact]
    public async Task A_window_of_the_files_is_listed_with_its_next_time_and_changed_there()
    {
        var window = (await ListAsync("non-expired")).Single(one => one.Text("description") == "retrain: Once a day");
        Assert.Equal("schedule", window.GetProperty("time").Text("type"));
        var refused = (await server.SendAsync("DELETE", "/v1/maintenance/" + window.Text("id"))).Is(409);
        Assert.Contains("site.yaml", refused.Message, StringComparison.Ordinal);
    }

    private async Task<object> BodyAsync(string type, string? startDate = null, string? endDate = null)
    {
        var sender = (await server.SendAsync("GET", "/v2/integrations/sender?identifierType=name")).Is(200).Data;
        return new
        {
            description = "Moving house",
            time = new { type, startDate, endDate },
            rules = new[] { new { state = "disabled", entity = new { id = sender.Text("id"), type = "integration" } } },
        };
    }

    private async Task<List<JsonElement>> ListAsync(string type) =>
        [.. (await server.SendAsync("GET", "/v1/maintenance?type=" + type)).Is(200).Data.EnumerateArray()];

    private async Task<string?> EndAsync(string id) =>
        (await server.SendAsync("GET", "/v1/maintenance/" + id))
            .Is(200).Data.GetProperty("time")
            .GetProperty("endDate")
            .GetDateTimeOffset()
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
