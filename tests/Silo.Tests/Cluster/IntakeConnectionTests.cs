using System.Net.Sockets;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.Silo.Cluster.Intake;
using Correlation.Silo.Shards;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Cluster;

/// <summary>The owner's end, beside a gateway that sends what the test says.</summary>
public sealed class IntakeConnectionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_request_that_fails_inside_does_not_hold_up_its_batch()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        await gateway.SendAsync(new IntakeBatch(1, false, [Ping("good"), Ping("bug"), Ping("full"), Ping("good")]));
        var outcomes = await gateway.OutcomesAsync(1);
        Assert.Equal(["good", null, null, "good"], outcomes.Select(outcome => outcome.Answers?[0].Reason));
        Assert.Contains("its log has the cause", outcomes[1].Unavailable!.Message, StringComparison.Ordinal);
        Assert.Equal(
            ("full", TimeSpan.FromSeconds(3)), (outcomes[2].Unavailable!.Message, outcomes[2].Unavailable!.RetryAfter));

        await gateway.SendAsync(new IntakeBatch(2, false, [Ping("good")]));
        Assert.Single(await gateway.OutcomesAsync(2));
    }

    [Fact]
    public async Task That_senders_were_turned_away_there_counts_as_not_having_listened_here()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        await gateway.SendAsync(new IntakeBatch(1, false, []));
        await gateway.OutcomesAsync(1);
        Assert.False(gateway.Inbox.TakeRefused());
        await gateway.SendAsync(new IntakeBatch(2, true, []));
        await gateway.OutcomesAsync(2);
        Assert.True(gateway.Inbox.TakeRefused());

        gateway.Cut();
        await gateway.Running.WaitAsync(Deadline);
        Assert.True(gateway.Inbox.TakeRefused(), "Who sends to it may be turned away from now on.");
    }

    public static TheoryData<string, byte[]> Rubbish => new()
    {
        { "a kind that only the owner sends", [1, 0, 0, 0, 2, 0] },
        { "a kind that nobody sends", [1, 0, 0, 0, 99, 0] },
        { "a length below 0", [255, 255, 255, 255, 1] },
        { "a batch cut short", [4, 0, 0, 0, 1, 7, 0, 0] },
        { "a command of no tag", [10, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 2, 1, 1, 0] },
    };

    [Theory]
    [MemberData(nameof(Rubbish))]
    public async Task What_is_not_understood_ends_the_connection_and_nothing_else(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        await using var gateway = await ScriptedGateway.StartAsync();
        await gateway.SendAsync(bytes);
        await gateway.Running.WaitAsync(Deadline);
        Assert.True(gateway.Running.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_gateway_that_takes_no_answers_is_let_go()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        var large = new string('x', 64 * 1024);
        for (var number = 1; number <= 200; number++)
        {
            await gateway.SendAsync(new IntakeBatch(number, false, [Ping(large)]));
        }

        // Its answers fill what the two systems hold for a connection, and the writer waits.
        await Poll.UntilAsync(
            () =>
            {
                gateway.Clock.Advance(TimeSpan.FromSeconds(1));
                return gateway.Running.IsCompleted;
            },
            Deadline,
            () => "the connection is ended");
        await gateway.Running;
    }

    private static IntakeRequest Ping(string name) =>
        new(
            [new GrainCommand(new GrainId(GrainKind.Heartbeat, name), new HeartbeatCommand.Ping())],
            CommandClass.Intake);

    private sealed class ScriptedGateway : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Socket _gateway;
        private readonly NetworkStream _toGateway;
        private readonly NetworkStream _toOwner;
        private readonly FrameReader _frames;
        private readonly IntakeConnection _connection;

        private ScriptedGateway(Socket owner, Socket gateway)
        {
            _gateway = gateway;
            _toGateway = new NetworkStream(owner, ownsSocket: true);
            _toOwner = new NetworkStream(gateway, ownsSocket: true);
            _frames = new FrameReader(_toOwner);
            _connection = new IntakeConnection(
                _toGateway, new NamedGrains(), Inbox, new AdministratorKey(new string('a', 64)), Clock,
                NullLogger<IntakeConnection>.Instance);
            Running = _connection.RunAsync(_stopping.Token);
        }

        public ManualClock Clock { get; } = new(DateTimeOffset.UnixEpoch);

        public ShardInbox Inbox { get; } = new(new ShardOptions());

        public Task Running { get; }

        public static async Task<ScriptedGateway> StartAsync()
        {
            var (owner, gateway) = await SocketPair.ConnectAsync();
            return new ScriptedGateway(owner, gateway);
        }

        public Task SendAsync(IntakeBatch batch)
        {
            var frame = new PackedWriter();
            IntakeFrames.WriteRequests(frame, batch);
            return SendAsync(frame.Written.ToArray());
        }

        public async Task SendAsync(byte[] bytes) => await _toOwner.WriteAsync(bytes);

        public async Task<List<IntakeOutcome>> OutcomesAsync(int number)
        {
            using var deadline = new CancellationTokenSource(Deadline);
            while (await _frames.ReadAsync(deadline.Token) is { } frame)
            {
                if (frame.Kind == FrameKind.Answers)
                {
                    var (answered, outcomes) = IntakeFrames.ReadAnswers(frame.Body.Span);
                    Assert.Equal(number, answered);
                    return outcomes;
                }
            }

            throw new InvalidDataException("The owner closed the connection.");
        }

        public void Cut() => _gateway.Close(timeout: 0);

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await Running;
            _connection.Dispose();
            await _toGateway.DisposeAsync();
            await _toOwner.DisposeAsync();
            Inbox.Dispose();
            _stopping.Dispose();
        }
    }

    /// <summary>They do as they are called, and answer with their name.</summary>
    private sealed class NamedGrains : IGrains
    {
        public PolicyVersion Policy => EdgePolicy.None;

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) => commands[0].To.Key switch
        {
            "bug" => throw new InvalidOperationException("a bug"),
            "full" => throw new UnavailableException("full", TimeSpan.FromSeconds(3)),
            var name =>
                ValueTask.FromResult<Answer[]>([new Answer(new LogPosition(1, 2, 3), Outcome.Repeat, name, null)]),
        };

        public ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null) =>
            throw new NotSupportedException();

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw new NotSupportedException();

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
