using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class HeartbeatTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task Heartbeats_are_listed_by_name_without_the_deleted_ones_and_go_on_by_cursor()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            await server.BeatAsync(name, deleted: name is "b" or "e");
        }

        var first = await server.GetAsync("/api/v1/heartbeats?limit=2");
        Assert.Equal(["a", "c"], Names(first));
        var second = await server.GetAsync(
            $"/api/v1/heartbeats?limit=2&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal(["d"], Names(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        var heartbeat = first.GetProperty("items")[0];
        Assert.Equal(
            ("minutes", 10),
            (heartbeat.GetProperty("intervalUnit").GetString(), heartbeat.GetProperty("interval").GetInt32()));
        Assert.False(heartbeat.GetProperty("expired").GetBoolean());
    }

    private static IEnumerable<string?> Names(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(h => h.GetProperty("name").GetString());
}
