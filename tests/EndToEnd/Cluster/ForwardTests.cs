using System.Net;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Cluster;

/// <summary>
/// Any process on the database answers any request: those that do not run it forward to the one that does.
/// </summary>
public sealed class ForwardTests
{
    [Fact]
    public async Task What_a_gateway_is_sent_is_answered_by_the_owner_and_it_never_takes_over()
    {
        await using var silos = await Silos.StartAsync(1);
        await silos.AddAsync("gateway");

        using var events = await silos.Client(1).GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await events.Content.ReadAsStreamAsync());
        Assert.True(await silos.SendAsync(1, "through"));
        Assert.True(await silos.HasAsync(0, "through"));
        Assert.True(await silos.HasAsync(1, "through"));
        await UntilAsync(lines, line => line.StartsWith("data:", StringComparison.Ordinal));

        // Who is let in is the owner's to say.
        using var stranger = new HttpClient { BaseAddress = new Uri(silos[1].Url) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/incidents")).StatusCode);

        // What a browser asks first has no key, and whoever is asked knows the answer.
        foreach (var silo in (int[])[0, 1])
        {
            using var question = new HttpRequestMessage(HttpMethod.Options, silos[silo].Url + "/api/v2/silences")
            {
                Headers = { { "Origin", "https://karma.example.org" }, { "Access-Control-Request-Method", "POST" } },
            };
            using var said = await stranger.SendAsync(question);
            Assert.Equal((HttpStatusCode.NoContent, "*"), (said.StatusCode, Assert.Single(said.Headers.GetValues("Access-Control-Allow-Origin"))));
            using var read = await silos.Client(silo).GetAsync("/api/v2/silences");
            Assert.Equal("*", Assert.Single(read.Headers.GetValues("Access-Control-Allow-Origin")));
        }

        // What is encoded twice stays so: the alias is disk%41 and not diskA.
        Assert.True(await silos.SendAsync(1, "disk%41"));
        Assert.True(await silos.HasAsync(1, Uri.EscapeDataString("disk%41")));

        // A path that looks like another server's name stays a path.
        using var odd = await silos.Client(1).GetAsync(new Uri(silos[1].Url + "//127.0.0.1:1/x"));
        Assert.Equal(HttpStatusCode.NotFound, odd.StatusCode);

        using var twice = new HttpRequestMessage(HttpMethod.Get, "/api/v1/incidents") { Headers = { { "X-Correlation-Forwarded", "1" } } };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await silos.Client(1).SendAsync(twice)).StatusCode);

        await silos[0].KillAsync();
        using var refused = await silos.Client(1).GetAsync("/api/v1/incidents");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.False(await HttpReadiness.AnswersAsync($"{silos[1].Url}/readyz"));
        Assert.True(await HttpReadiness.AnswersAsync($"{silos[1].Url}/healthz"));

        await silos[0].StartAsync();
        await silos.UntilServedAsync(1, "again", Silos.Deadline);
        Assert.True(await silos.HasAsync(1, "through"));
    }

    [Fact]
    public async Task A_body_goes_through_as_it_is_and_so_does_the_answer_to_one_that_is_too_large()
    {
        await using var silos = await Silos.StartAsync(2);
        var large = new string('x', 12_000_000);
        using var answer = await silos.Client(1).PostAsync(
            "/v2/alerts", new StringContent($$"""{"message":"{{large}}"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);

        var list = await silos.Client(1)
            .GetStringAsync("/v2/alerts?query=status%3Aopen%20AND%20message%3A%C3%A9*&limit=1");
        Assert.Contains("\"data\":[]", list, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(StreamReader lines, Func<string, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(Silos.Deadline);
        while (await lines.ReadLineAsync(deadline.Token) is { } line)
        {
            if (wanted(line))
            {
                return;
            }
        }

        Assert.Fail("The stream ended.");
    }
}
