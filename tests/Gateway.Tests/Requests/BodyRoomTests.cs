using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Query;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Requests;

/// <summary>Large bodies share a bounded part of the memory, and small ones are served whatever they do.</summary>
public sealed class BodyRoomTests : IAsyncLifetime
{
    private const int Room = 2_000_000;
    private const int Large = 900_000;
    private const string Small = """[{"labels":{"a":"1"}}]""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly WaitingGrains _grains = new();
    private GatewayHost _host = null!;
    private int _turnedAway;

    public async Task InitializeAsync() => _host = await GatewayHost.StartAsync(
        _grains,
        new Unread(),
        app =>
        {
            app.MapNative();
            app.MapAlertmanager();
            app.MapOpsgenie();
        },
        services => services.AddNative().AddAdmin()
            .AddSingleton(s => new BodyRoom(s.GetRequiredService<Meter>(), () => Interlocked.Increment(ref _turnedAway), Room))
            .AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flood_of_large_bodies_takes_its_room_and_small_ones_are_served_beside_it(bool chunked)
    {
        var flood = Enumerable.Range(0, 12).Select(_ => PostAsync("/api/v2/alerts", Alerts(Large), chunked)).ToList();
        var refused = new List<Answered>();
        while (flood.Count > Room / Large)
        {
            var answered = await Task.WhenAny(flood);
            flood.Remove(answered);
            refused.Add(await answered);
            Assert.InRange(BodyRoom.Used, 0, 2 * Room);
        }

        Assert.Equal(refused.Count, _turnedAway);

        Assert.All(
            refused,
            answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (answer.Status, answer.RetryAfter)));
        Assert.All(refused, answer => Assert.Contains("Large bodies", answer.Text, StringComparison.Ordinal));

        _grains.Hold = false;
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/api/v2/alerts", Small)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/v2/alerts", """{"message":"small"}""")).Status);

        _grains.Release();
        Assert.All(await Task.WhenAll(flood), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/api/v2/alerts", Alerts(Large), chunked)).Status);
        await UntilEmptyAsync();
    }

    [Theory]
    [InlineData("/api/v2/alerts")]
    [InlineData("/webhooks/alertmanager")]
    [InlineData("/v2/alerts")]
    [InlineData("/api/v1/silences")]
    public async Task Every_protocol_says_so_in_its_way(string path)
    {
        // Both wait to be decided.
        var before = Enumerable.Range(0, Room / Large).Select(_ => PostAsync("/api/v2/alerts", Alerts(Large))).ToList();
        await _grains.UntilWaitingAsync(before.Count);

        var refused = await PostAsync(path, Alerts(Large));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.Status, refused.RetryAfter));
        Assert.Contains("Large bodies", refused.Text, StringComparison.Ordinal);

        _grains.Release();
        await Task.WhenAll(before);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task A_body_that_is_refused_or_half_sent_gives_its_room_back()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/api/v2/alerts", new string('x', Large))).Status);
        await UntilEmptyAsync();
        using var leaves = new CancellationTokenSource();
        using var half = new HttpRequestMessage(HttpMethod.Post, "/api/v2/alerts") { Content = new StreamContent(new HalfStream(Large, leaves)) };
        await Assert.ThrowsAnyAsync<Exception>(() => _host.Http.SendAsync(half, leaves.Token));
        await UntilEmptyAsync();
    }

    private BodyRoom BodyRoom => _host.Services.GetRequiredService<BodyRoom>();

    /// <summary>An answer may be read before the server has ended its request.</summary>
    private Task UntilEmptyAsync() =>
        Poll.UntilAsync(
            () => BodyRoom.Used == 0, Deadline, () => $"no body holds room any more ({BodyRoom.Used} bytes)");

    private async Task<Answered> PostAsync(string path, string body, bool chunked = false)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await _host.Http.SendAsync(request);
        return new Answered(
            answer.StatusCode,
            answer.Headers.TryGetValues("Retry-After", out var after) ? after.Single() : null,
            await answer.Content.ReadAsStringAsync());
    }

    private static string Alerts(int size) =>
        "[" + string.Join(',', Enumerable.Range(0, size / 1000).Select(n => $$$"""{"labels":{"a":"{{{n}}}"},"annotations":{"text":"{{{new string('t', 950)}}}"}}""")) + "]";

    private sealed class Unread : NoReads;

    private sealed record Answered(HttpStatusCode Status, string? RetryAfter, string Text);

    /// <summary>Sends half of what it could, and then its client goes away.</summary>
    private sealed class HalfStream(int size, CancellationTokenSource leaves) : MemoryStream(new byte[size])
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length / 2)
            {
                return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 8192)], cancellationToken);
            }

            await leaves.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return 0;
        }
    }

    /// <summary>Nothing is decided until the test says so.</summary>
    private sealed class WaitingGrains : IGrains
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;

        public bool Hold { get; set; } = true;

        public PolicyVersion Policy { get; } = new() { Version = 1, Settings = new PolicySettings { DefaultTeam = "ml-platform" } };

        public void Release()
        {
            Hold = false;
            _released.SetResult();
        }

        public Task UntilWaitingAsync(int requests) =>
            Poll.UntilAsync(
                () => Volatile.Read(ref _waiting) >= requests,
                Deadline,
                () => $"{requests} requests wait ({_waiting})");

        public async ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass)
        {
            if (Hold)
            {
                Interlocked.Increment(ref _waiting);
                await _released.Task;
            }

            return [.. commands.Select(_ => new Answer(default, Outcome.Material, "done", null))];
        }

        public ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null) =>
            throw new NotSupportedException();

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw new NotSupportedException();

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
