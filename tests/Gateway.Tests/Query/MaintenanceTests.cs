using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class MaintenanceTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task A_window_is_listed_with_the_times_that_come_next()
    {
        var window = Assert.Single(
            (await server.GetAsync("/api/v1/maintenance")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            ("retrain", "daily", "22h", "UTC", "2026-01-01T00:00:00"),
            (Text(window, "name"), Text(window, "recurrence"), Text(window, "duration"), Text(window, "timeZone"), Text(window, "start")));
        var next = window.GetProperty("next").EnumerateArray().ToList();
        Assert.Equal(5, next.Count);
        Assert.All(next.Zip(next.Skip(1)), pair => Assert.Equal(
            TimeSpan.FromDays(1), pair.Second.GetProperty("startsAt").GetDateTimeOffset() - pair.First.GetProperty("startsAt").GetDateTimeOffset()));
        Assert.Equal("w-1", Text(await server.GetAsync("/api/v1/maintenance/RETRAIN"), "id"));
        await server.GetAsync("/api/v1/maintenance/other", status: 404);
    }

    [Fact]
    public async Task What_it_would_hold_back_is_shown()
    {
        await server.OpenAsync("maintained-1");
        await server.OpenAsync("maintained-2", team: "serving");
        var preview = await server.GetAsync("/api/v1/maintenance/retrain/preview");

        Assert.Equal(
            ["maintained-1"], preview.GetProperty("first").EnumerateArray().Select(alert => Text(alert, "alias")));
        await server.GetAsync("/api/v1/maintenance/other/preview", status: 404);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
