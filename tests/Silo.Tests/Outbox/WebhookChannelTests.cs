using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class WebhookChannelTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "whsec_bWwtcGxhdGZvcm0tZGVtby1zZWNyZXQtMDEyMzQ1Njc4";

    private readonly ManualClock _clock = new(Given.Start);
    private readonly ChannelHttp _http;
    private readonly WebhookChannel _channel;
    private WebhookSink _sink = null!;

    public WebhookChannelTests()
    {
        _http = new ChannelHttp(_clock);
        _channel = new WebhookChannel(_clock, _http, Given.NoLinks);
    }

    public async Task InitializeAsync() => _sink = await WebhookSink.StartNewAsync();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_page_is_posted_as_json_that_names_everything()
    {
        var page = Given.Page(Given.To("hook"));

        var result = await SendAsync(Hook(), page);

        Assert.Equal(new AttemptResult(AttemptOutcome.Delivered, "HTTP 200 from 127.0.0.1."), result);
        var request = Assert.Single(_sink.Requests);
        Assert.Equal(("POST", "/hook"), (request.Method, request.Path));
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.StartsWith("Correlation/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal(
            """
            {"type":"incident.page","timestamp":"2026-01-05T10:00:00Z","data":{"incidentId":"incident-1","number":42,
            "title":"Serving latency is high","description":"P99 is 900 ms.","priority":"P1","team":"ml-infra",
            "entity":"endpoint:churn-v3","kind":"serving-latency",
            "runbook":"https://runbooks.example.org/latency?a=1&b=2","memberCount":3,
            "openedAt":"2026-01-05T09:58:00Z","who":"ann@example.org","step":1,"reason":"on call for ml-infra"}}
            """.ReplaceLineEndings(""),
            request.Text);
    }

    [Fact]
    public async Task A_secret_signs_the_body_with_the_time_of_the_attempt_and_the_id_of_the_page()
    {
        var page = Given.Page(Given.To("hook"));
        _clock.Advance(TimeSpan.FromSeconds(7));

        await SendAsync(Hook(("secret", Secret)), page);

        var request = Assert.Single(_sink.Requests);
        var seconds = Given.Start.AddSeconds(7).ToUnixTimeSeconds();
        Assert.Equal(page.Id.ToString(), request.Headers[StandardWebhooks.IdHeader]);
        Assert.Equal(seconds.ToString(CultureInfo.InvariantCulture), request.Headers[StandardWebhooks.TimestampHeader]);
        Assert.True(StandardWebhooks.TryReadKeys(Secret, out var keys));
        Assert.Equal(
            StandardWebhooks.Sign(keys, page.Id.ToString(), seconds, request.Body.Span),
            request.Headers[StandardWebhooks.SignatureHeader]);
    }

    [Fact]
    public async Task With_a_public_URL_it_carries_the_links_that_answer_it()
    {
        var page = Given.Page(Given.To("hook"));
        var channel = new WebhookChannel(_clock, _http, Given.Links);

        await channel.SendAsync(Hook(), page.Target, page, CancellationToken.None);

        var data = Assert.Single(_sink.Requests).Json.GetProperty("data");
        Assert.Equal(
            Given.Links.Find(AnswerAction.Acknowledge, page.IncidentId, page.Who, page.DecidedAt)!.AbsoluteUri,
            data.GetProperty("acknowledgeUrl").GetString());
        Assert.True(data.TryGetProperty("escalateUrl", out _) && data.TryGetProperty("resolveUrl", out _));
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed_and_a_token_is_sent_as_it_is()
    {
        await SendAsync(Hook(("authorization", "Bearer abc")), Given.Page(Given.To("hook")));

        var request = Assert.Single(_sink.Requests);
        Assert.Equal("Bearer abc", request.Headers["Authorization"]);
        Assert.False(request.Headers.ContainsKey(StandardWebhooks.SignatureHeader));
        Assert.True(request.Headers.ContainsKey(StandardWebhooks.IdHeader));
    }

    [Fact]
    public async Task A_contacts_own_address_goes_before_the_channels()
    {
        await SendAsync(Hook(), Given.Page(Given.To("hook", $"{_sink.Url}/ann")));

        Assert.Equal("/ann", Assert.Single(_sink.Requests).Path);
    }

    [Theory]
    [InlineData(204, AttemptOutcome.Delivered)]
    [InlineData(400, AttemptOutcome.Failed)]
    [InlineData(404, AttemptOutcome.Failed)]
    [InlineData(410, AttemptOutcome.Rejected)]
    [InlineData(429, AttemptOutcome.Failed)]
    [InlineData(500, AttemptOutcome.Failed)]
    [InlineData(503, AttemptOutcome.Failed)]
    public async Task The_status_decides(int status, AttemptOutcome expected)
    {
        _sink.Answer("/hook", new SinkAnswer(status));

        var result = await SendAsync(Hook(), Given.Page(Given.To("hook")));

        Assert.Equal(new AttemptResult(expected, $"HTTP {status} from 127.0.0.1."), result);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(502, "7", 7)]
    [InlineData(503, "Mon, 05 Jan 2026 10:00:09 GMT", 9)]
    [InlineData(504, "0", null)]
    [InlineData(503, "Mon, 05 Jan 2026 09:00:00 GMT", null)]
    [InlineData(503, "soon", null)]
    [InlineData(500, "7", null)]
    public async Task A_receiver_that_is_busy_may_say_when_to_come_again(int status, string header, int? seconds)
    {
        _sink.Answer("/hook", new SinkAnswer(status)
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = header },
        });

        var result = await SendAsync(Hook(), Given.Page(Given.To("hook")));

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : (TimeSpan?)null, result.RetryAfter);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        _sink.Answer("/hook", new SinkAnswer(status)
        {
            Headers = new Dictionary<string, string> { ["Location"] = $"{_sink.Url}/elsewhere" },
        });

        var result = await SendAsync(Hook(), Given.Page(Given.To("hook")));

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.Equal("/hook", Assert.Single(_sink.Requests).Path);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_has_surely_not_got_it()
    {
        var channel = Given.Channel("hook", "webhook", ("url", $"http://127.0.0.1:{FreePort.Next()}/"));

        var result = await SendAsync(channel, Given.Page(Given.To("hook")));

        Assert.Equal(
            new AttemptResult(AttemptOutcome.Failed, "127.0.0.1 cannot be reached: Connection refused"), result);
    }

    [Fact]
    public async Task A_receiver_that_hangs_up_without_an_answer_may_have_got_it()
    {
        _sink.Answer("/hook", SinkAnswer.Drop);

        var result = await SendAsync(Hook(), Given.Page(Given.To("hook")));

        Assert.Equal(AttemptOutcome.Unknown, result.Outcome);
        Assert.Single(_sink.Requests);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_may_have_got_it()
    {
        _sink.Answer("/hook", SinkAnswer.Hang);
        using var timeout = new CancellationTokenSource();

        var sending = _channel.SendAsync(Hook(), Given.To("hook"), Given.Page(Given.To("hook")), timeout.Token);
        await _sink.WaitForAsync(_ => true, Given.Deadline, "the page at the hook");
        await timeout.CancelAsync();

        Assert.Equal(
            new AttemptResult(AttemptOutcome.Unknown, "127.0.0.1 took the page and did not answer in time."),
            await sending);
    }

    /// <summary>TLS hangs before a byte of the page is sent: the receiver listens and says nothing.</summary>
    [Fact]
    public async Task A_receiver_that_does_not_open_in_time_has_surely_not_got_it()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var timeout = new CancellationTokenSource();
        var channel = Given.Channel("hook", "webhook", ("url", $"https://{silent.LocalEndpoint}/"));

        var sending = _channel.SendAsync(channel, Given.To("hook"), Given.Page(Given.To("hook")), timeout.Token);
        using var taken = await silent.AcceptTcpClientAsync();
        await timeout.CancelAsync();

        Assert.Equal(
            new AttemptResult(AttemptOutcome.Failed, "127.0.0.1 did not take a connection in time."), await sending);
    }

    [Fact]
    public async Task Every_attempt_posts_the_same_bytes()
    {
        _sink.Answer("/hook", new SinkAnswer(503), new SinkAnswer(200));
        var page = Given.Page(Given.To("hook"));

        await SendAsync(Hook(), page);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(Hook(), page with { Attempts = 1, NotBefore = Given.Start.AddSeconds(1) });

        Assert.Equal(_sink.Requests[0].Text, _sink.Requests[1].Text);
        Assert.Equal(_sink.Requests[0].Headers["webhook-id"], _sink.Requests[1].Headers["webhook-id"]);
        Assert.NotEqual(_sink.Requests[0].Headers["webhook-timestamp"], _sink.Requests[1].Headers["webhook-timestamp"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ann@example.org")]
    [InlineData("/hook")]
    [InlineData("file:///etc/passwd")]
    public async Task Without_a_usable_address_it_is_rejected(string address)
    {
        var channel = Given.Channel("hook", "webhook");

        var result = await SendAsync(channel, Given.Page(Given.To("hook", address)));

        Assert.Equal(
            new AttemptResult(
                AttemptOutcome.Rejected,
                "Channel 'hook' has no usable URL for ann@example.org: set 'url', or the contact's address, to an " +
                "absolute http or https URL."),
            result);
    }

    [Fact]
    public void Wrong_settings_are_all_named_and_secrets_not_repeated()
    {
        var channel = Given.Channel(
            "hook", "webhook", ("url", "hooks.example.org"), ("secret", "hunter2"), ("authorization", "a\nb"),
            ("sekret", "x"));

        var faults = _channel.Check(channel.Settings).ToList();

        Assert.Equal(["url", "secret", "authorization", "sekret"], faults.Select(f => f.Key));
        Assert.DoesNotContain(faults, f => f.Message.Contains("hunter2", StringComparison.Ordinal));
        Assert.Empty(_channel.Check(Hook(("secret", Secret)).Settings));
    }

    private Channel Hook(params (string Key, string Value)[] more) =>
        Given.Channel("hook", "webhook", [("url", $"{_sink.Url}/hook"), .. more]);

    private async Task<AttemptResult> SendAsync(Channel channel, Delivery delivery)
    {
        using var timeout = new CancellationTokenSource(Given.Deadline);
        return await _channel.SendAsync(channel, delivery.Target, delivery, timeout.Token);
    }
}
