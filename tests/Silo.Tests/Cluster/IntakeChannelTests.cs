using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Correlation.Gateway.Seams;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Cluster.Intake;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Cluster;

/// <summary>A gateway beside an owner that answers when the test says so.</summary>
public sealed class IntakeChannelTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_comes_while_two_batches_are_under_way_goes_with_the_next()
    {
        await using var owner = await ScriptedOwner.StartAsync();
        var first = owner.SendAsync("1");
        Assert.Equal((1, "1"), await owner.ReceiveAsync());
        var second = owner.SendAsync("2");
        Assert.Equal((2, "2"), await owner.ReceiveAsync());
        var others = Enumerable.Range(3, 10).Select(n => owner.SendAsync($"{n}")).ToList();
        Assert.Equal(10, owner.Channel.Depth);

        await owner.AnswerAsync(2, Decided("b"));
        Assert.Equal("b", (await second).Reason);
        var (number, names) = await owner.ReceiveAsync();
        Assert.Equal("3 4 5 6 7 8 9 10 11 12", names);
        await owner.AnswerAsync(number, [.. names.Split(' ').Select(Decided)]);
        Assert.Equal(names.Split(' '), (await Task.WhenAll(others)).Select(answer => answer.Reason));
        Assert.False(first.IsCompleted);
        await owner.AnswerAsync(1, new IntakeOutcome(null, new UnavailableException("full", TimeSpan.FromSeconds(3))));
        var refused = await Assert.ThrowsAsync<UnavailableException>(() => first);
        Assert.Equal(("full", TimeSpan.FromSeconds(3)), (refused.Message, refused.RetryAfter));
    }

    [Fact]
    public async Task Who_has_gone_before_its_batch_is_not_sent_and_the_owner_hears_of_it()
    {
        await using var owner = await ScriptedOwner.StartAsync();
        using var left = new CancellationTokenSource();
        _ = owner.SendAsync("1");
        await owner.ReceiveAsync();
        var underWay = owner.SendAsync("2", left.Token);
        await owner.ReceiveAsync();
        var waiting = owner.SendAsync("3", left.Token);
        _ = owner.SendAsync("4");
        await left.CancelAsync();

        await owner.AnswerAsync(1, Decided("a"));
        var batch = await owner.ReceiveBatchAsync();
        Assert.Equal("4", batch.Requests.Single().Commands.Single().To.Key);
        Assert.True(batch.TurnedAway || owner.TurnedAway.Any);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await owner.AnswerAsync(2, Decided("b"));
        Assert.Equal("b", (await underWay).Reason);
    }

    [Fact]
    public async Task Nobody_is_told_that_it_was_taken_when_the_connection_breaks()
    {
        await using var owner = await ScriptedOwner.StartAsync();
        var underWay = owner.SendAsync("1");
        await owner.ReceiveAsync();
        var next = owner.SendAsync("2");
        await owner.ReceiveAsync();
        var waiting = owner.SendAsync("3");
        owner.Cut();
        foreach (var sent in (Task[])[underWay, next, waiting])
        {
            await Assert.ThrowsAsync<UnavailableException>(() => sent.WaitAsync(Deadline));
        }

        await owner.Running.WaitAsync(Deadline);
        await Assert.ThrowsAsync<UnavailableException>(() => owner.SendAsync("after"));
    }

    [Fact]
    public async Task What_waits_for_two_seconds_is_not_sent_and_what_was_sent_is_waited_for()
    {
        await using var owner = await ScriptedOwner.StartAsync();
        var slow = owner.SendAsync("1");
        await owner.ReceiveAsync();
        _ = owner.SendAsync("2");
        await owner.ReceiveAsync();
        var neverSent = owner.SendAsync("3");
        owner.Clock.Advance(IntakeChannel.Patience);
        await Assert.ThrowsAsync<UnavailableException>(() => neverSent.WaitAsync(Deadline));

        var last = owner.SendAsync("4");
        await owner.AnswerAsync(1, Decided("slow"));
        Assert.Equal("slow", (await slow.WaitAsync(Deadline)).Reason);
        var (number, names) = await owner.ReceiveAsync();
        Assert.Equal("4", names);
        await owner.AnswerAsync(number, Decided("4"));
        Assert.Equal("4", (await last.WaitAsync(Deadline)).Reason);
    }

    [Fact]
    public async Task The_owner_hears_once_that_senders_were_turned_away_though_there_is_nothing_else_to_send()
    {
        await using var owner = await ScriptedOwner.StartAsync();
        var answered = owner.SendAsync("1");
        Assert.False((await owner.ReceiveBatchAsync()).TurnedAway);
        await owner.AnswerAsync(1, Decided("1"));
        await answered;

        owner.TurnedAway.Note();
        var told = await owner.ReceiveBatchAsync();
        Assert.True(told is { TurnedAway: true, Requests: [] });
        await owner.AnswerAsync(told.Number);

        _ = owner.SendAsync("2");
        Assert.False((await owner.ReceiveBatchAsync()).TurnedAway);
    }

    [Fact]
    public async Task Whoever_is_not_answered_is_told_to_come_again_and_the_next_owner_hears_of_it()
    {
        await using var owner = await ScriptedOwner.StartAsync();
        var first = owner.SendAsync("1");
        await owner.ReceiveAsync();
        await owner.AnswerAsync(1, Decided("1"), Decided("more than was asked"));
        await Assert.ThrowsAsync<UnavailableException>(() => first.WaitAsync(Deadline));
        await owner.Running.WaitAsync(Deadline);
        Assert.True(owner.TurnedAway.Take());
    }

    private static IntakeOutcome Decided(string reason) =>
        new([new Answer(new LogPosition(1, 2, 3), Outcome.Repeat, reason, null)], null);

    private sealed class ScriptedOwner : IAsyncDisposable
    {
        private readonly Meter _meter = new("test");
        private readonly CancellationTokenSource _stopping = new();
        private readonly Socket _owner;
        private readonly NetworkStream _toGateway;
        private readonly NetworkStream _toOwner;
        private readonly FrameReader _batches;

        private ScriptedOwner(Socket owner, Socket gateway)
        {
            _owner = owner;
            _toGateway = new NetworkStream(owner, ownsSocket: true);
            _toOwner = new NetworkStream(gateway, ownsSocket: true);
            _batches = new FrameReader(_toGateway);
            Channel = new IntakeChannel(
                _toOwner, TurnedAway, Clock, new IntakeMetrics(_meter), NullLogger<IntakeLink>.Instance);
            Running = Channel.RunAsync(_stopping.Token);
        }

        public ManualClock Clock { get; } = new(DateTimeOffset.UnixEpoch);

        public TurnedAway TurnedAway { get; } = new();

        public IntakeChannel Channel { get; }

        public Task Running { get; }

        public static async Task<ScriptedOwner> StartAsync()
        {
            var (owner, gateway) = await SocketPair.ConnectAsync();
            return new ScriptedOwner(owner, gateway);
        }

        public async Task<Answer> SendAsync(string name, CancellationToken left = default) => (await Channel.SendAsync(
            new IntakeRequest([new GrainCommand(new GrainId(GrainKind.Heartbeat, name), new HeartbeatCommand.Ping())], CommandClass.Intake), left))[0];

        public async Task<(int Number, string Names)> ReceiveAsync()
        {
            var batch = await ReceiveBatchAsync();
            return (batch.Number, string.Join(' ', batch.Requests.Select(request => request.Commands.Single().To.Key)));
        }

        public async Task<IntakeBatch> ReceiveBatchAsync()
        {
            using var deadline = new CancellationTokenSource(Deadline);
            var frame = await _batches.ReadAsync(deadline.Token);
            return IntakeFrames.ReadRequests(frame!.Value.Body.Span);
        }

        public async Task AnswerAsync(int number, params IntakeOutcome[] outcomes)
        {
            var frame = new PackedWriter();
            IntakeFrames.WriteAnswers(frame, number, outcomes);
            await _toGateway.WriteAsync(frame.Written);
        }

        public void Cut() => _owner.Close(timeout: 0);

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await Running;
            Channel.Dispose();
            await _toGateway.DisposeAsync();
            await _toOwner.DisposeAsync();
            _stopping.Dispose();
            _meter.Dispose();
        }
    }
}
