using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class EventStreamTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task A_stream_that_is_cut_again_and_again_has_no_gap_and_no_repeat()
    {
        const int Alerts = 60;
        var start = await server.Reads.LastEventAsync(CancellationToken.None);
        var firing = Task.Run(async () =>
        {
            for (var i = 0; i < Alerts; i++)
            {
                await server.OpenAsync(server.NewName());
            }
        });

        // Cut after one event, after two, ...: also in the middle of what one commit wrote.
        var received = new List<ReceivedEvent>();
        long? last = start;
        for (var length = 1; received.Count < 2 * Alerts; length++)
        {
            using var client = await EventClient.ConnectAsync(server.Http, last);
            received.AddRange(await client.TakeAsync(length));
            last = client.LastId;
        }

        await firing;
        var written = await server.Reads.EventsAsync(start, received.Count, CancellationToken.None);
        Assert.Equal(written.Select(w => w.Id), received.Select(r => r.Id));
        Assert.Equal(written.Select(w => w.Type), received.Select(r => r.Type));
        Assert.Equal(written.Select(w => w.Text), received.Select(r => r.Data.GetProperty("text").GetString()!));
    }

    /// <summary>Once these had no word for their owner, and the stream could never pass them.</summary>
    [Fact]
    public async Task What_people_change_beside_incidents_is_in_it_too()
    {
        using var live = await EventClient.ConnectAsync(server.Http);
        var start = live.LastId;
        await server.PostAsync("/api/v1/schedules/days/overrides", new { who = NativeServer.Bob, duration = "1h" });
        await server.PostAsync(
            $"/api/v1/users/{NativeServer.Bob}/contacts", new { channel = "log", address = server.NewName() });

        using var resumed = await EventClient.ConnectAsync(server.Http, start);
        Assert.Equal(["override", "contact"], await OwnersAsync(live));
        Assert.Equal(["override", "contact"], await OwnersAsync(resumed));

        static async Task<IReadOnlyList<string?>> OwnersAsync(EventClient client) =>
            [.. (await client.TakeAsync(2)).Select(e => e.Data.GetProperty("owner").GetProperty("kind").GetString())];
    }

    [Fact]
    public async Task Without_an_id_it_starts_at_now_and_says_where_that_is()
    {
        await server.OpenAsync(server.NewName());
        using var first = await EventClient.ConnectAsync(server.Http);
        Assert.Equal(await server.Reads.LastEventAsync(CancellationToken.None), first.LastId);

        var incident = (await server.OpenAsync(server.NewName())).GetProperty("id").GetString();
        using var second = await EventClient.ConnectAsync(server.Http, first.LastId);
        ReceivedEvent one, other;
        do
        {
            (one, other) = (await first.NextAsync(), await second.NextAsync());
            Assert.Equal((one.Id, one.Type), (other.Id, other.Type));
        }
        while (one.Data.GetProperty("owner").GetProperty("id").GetString() != incident);

        Assert.Equal("incident", one.Data.GetProperty("owner").GetProperty("kind").GetString());
        Assert.Equal("opened", one.Type);
    }

    [Fact]
    public async Task An_id_from_the_future_does_not_hide_what_comes()
    {
        using var client = await EventClient.ConnectAsync(server.Http, long.MaxValue);
        await server.OpenAsync(server.NewName());
        Assert.True((await client.NextAsync()).Id < long.MaxValue);
    }

    [Fact]
    public async Task An_id_that_is_none_is_named()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", "yesterday");
        using var answer = await server.Http.SendAsync(request);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("Last-Event-ID", problem.RootElement.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_teams_key_does_not_see_everybodys_events()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", NativeServer.TeamKey);
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(403, (int)answer.StatusCode);
    }
}
