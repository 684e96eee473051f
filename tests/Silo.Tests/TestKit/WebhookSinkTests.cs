using System.Diagnostics;
using System.Net;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.TestKit;

public sealed class WebhookSinkTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new();
    private WebhookSink _sink = null!;

    public async Task InitializeAsync() => _sink = await WebhookSink.StartNewAsync();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_request_is_recorded_byte_for_byte()
    {
        byte[] body = [0xff, 0x00, 0x0a, 0xc3];
        using var content = new ByteArrayContent(body);
        content.Headers.Add("Webhook-Id", "msg_1");
        var before = TimeProvider.System.GetUtcNow();

        using var response = await _client.PutAsync($"{_sink.Url}/hook/a%20b?x=1&x=2", content);

        var request = Assert.Single(_sink.Requests);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("PUT", "/hook/a b", "?x=1&x=2"), (request.Method, request.Path, request.Query));
        Assert.Equal("msg_1", request.Headers["webhook-id"]);
        Assert.Equal(body, request.Body.ToArray());
        Assert.InRange(request.ArrivedAt, before, TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Planned_answers_come_in_turn_and_the_last_one_stays()
    {
        _sink.Answer("/hook", new SinkAnswer(503), new SinkAnswer(429, "slow down"), new SinkAnswer(204));

        Assert.Equal(503, await PostAsync("/hook"));
        Assert.Equal(200, await PostAsync("/other"));
        Assert.Equal(429, await PostAsync("/hook"));
        Assert.Equal(204, await PostAsync("/hook"));
        Assert.Equal(204, await PostAsync("/hook"));
    }

    [Fact]
    public async Task An_answer_carries_its_headers_and_text()
    {
        _sink.Answer("/hook", new SinkAnswer(429, "slow down")
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = "7" },
        });

        using var response = await _client.GetAsync($"{_sink.Url}/hook");

        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        Assert.Equal("slow down", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_dropped_request_has_arrived_though_its_sender_cannot_know()
    {
        _sink.Answer("/hook", SinkAnswer.Drop);

        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync("/hook"));

        Assert.Single(_sink.Requests);
    }

    [Fact]
    public async Task A_hanging_request_has_arrived_and_gets_no_answer()
    {
        _sink.Answer("/hook", SinkAnswer.Hang);
        using var patience = new CancellationTokenSource();

        var answer = PostAsync("/hook", patience.Token);
        await _sink.WaitForAsync(request => request.Path == "/hook", Deadline, "the hook is called");
        Assert.False(answer.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task A_delayed_answer_comes_late()
    {
        var delay = TimeSpan.FromMilliseconds(200);
        _sink.Answer("/hook", new SinkAnswer(200) { Delay = delay });

        var watch = Stopwatch.StartNew();
        await PostAsync("/hook");

        // Timers of .NET may fire a few milliseconds early.
        Assert.InRange(watch.Elapsed, delay * 0.9, Deadline);
    }

    [Fact]
    public async Task Waiting_finds_what_came_before_and_what_comes_after()
    {
        var third = _sink.WaitForAsync(request => request.Path == "/hook", 3, Deadline, "three calls of the hook");
        await PostAsync("/hook");
        await PostAsync("/other");
        await PostAsync("/hook");
        Assert.False(third.IsCompleted);

        await PostAsync("/hook");

        Assert.Equal(3, (await third).Count);
        Assert.Equal("/other", (await _sink.WaitForAsync(
            request => request.Path == "/other", Deadline, "the other is called")).Path);
    }

    [Fact]
    public async Task Waiting_in_vain_says_what_was_expected_and_what_came()
    {
        await PostAsync("/other");

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => _sink.WaitForAsync(
            request => request.Path == "/hook", TimeSpan.FromMilliseconds(50), "a page of the second step"));

        Assert.Contains("a page of the second step", failure.Message, StringComparison.Ordinal);
        Assert.Contains("POST /other", failure.Message, StringComparison.Ordinal);
    }

    private async Task<int> PostAsync(string path, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent("{}");
        using var response = await _client.PostAsync(_sink.Url + path, content, cancellationToken);
        return (int)response.StatusCode;
    }
}
