using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>The wall is stepped by an hour while senders go on by it; the loop's time follows over days.</summary>
public sealed class SteppedWallTests : IDisposable
{
    private static readonly GrainId Latency = new(GrainKind.Alert, "latency");

    private readonly ShardInMemory _shard = new();
    private readonly SteppedWall _wall;
    private readonly SlewedClock _clock;
    private readonly GrainClient _client;

    public SteppedWallTests()
    {
        _wall = new SteppedWall(new ManualClock(_shard.Now));
        _clock = new SlewedClock(_wall);
        _client = _shard.Client(_clock, _wall);
        _shard.Settle();
    }

    public void Dispose() => _shard.Dispose();

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void What_fires_by_the_senders_clock_opens_and_what_is_over_resolves(int hours)
    {
        _wall.Step += TimeSpan.FromHours(hours);

        Assert.Equal(Outcome.Material, Post(TimeSpan.FromMinutes(4)).Outcome);
        Assert.Equal(AlertStatus.Open, _shard.Read<AlertState>(Latency)!.Status);
        Assert.Equal(_clock.Now + TimeSpan.FromMinutes(4), _shard.Read<AlertState>(Latency)!.Signal.EndsAt);

        Post(TimeSpan.Zero);
        Assert.Equal(ClosedHow.ResolvedBySource, _shard.Read<AlertState>(Latency)!.ClosedHow);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void What_lives_by_the_senders_clock_beats_as_often_as_it_says_and_what_is_over_ends(int hours)
    {
        var watchdog = new GrainId(GrainKind.Heartbeat, "watchdog");
        var made = new HeartbeatSettings(watchdog.Key, "", 5, "minutes", Enabled: true, "", "", [], Priority.P2);
        _wall.Step += TimeSpan.FromHours(hours);

        Send(watchdog, new HeartbeatCommand.Hear(made, _wall.GetUtcNow() + TimeSpan.FromMinutes(7), Resolved: false));
        Assert.Equal(TimeSpan.FromMinutes(7), _shard.Read<HeartbeatState>(watchdog)!.Settings.Interval);

        Send(watchdog, new HeartbeatCommand.Hear(made, _wall.GetUtcNow(), Resolved: false));
        Assert.True(_shard.Read<HeartbeatState>(watchdog)!.IsEnded);
    }

    [Fact]
    public void A_wall_that_agrees_leaves_times_as_they_were_told()
    {
        Post(TimeSpan.FromMinutes(4));
        Assert.Equal(_wall.GetUtcNow() + TimeSpan.FromMinutes(4), _shard.Read<AlertState>(Latency)!.Signal.EndsAt);
    }

    private Answer Post(TimeSpan untilEnd)
    {
        var signal = new Signal
        {
            Alias = Latency.Key,
            Message = "latency",
            StartsAt = _wall.GetUtcNow() - TimeSpan.FromMinutes(1),
            EndsAt = _wall.GetUtcNow() + untilEnd,
            ResendsWhileFiring = true,
        };
        return Send(Latency, new AlertCommand.Receive(signal));
    }

    private Answer Send(GrainId grain, Command command)
    {
        var answers = _client.SendAsync([new GrainCommand(grain, command)], CommandClass.Intake).AsTask();
        _shard.Settle();
        return answers.IsCompletedSuccessfully
            ? answers.Result[0]
            : throw new InvalidOperationException("The command is expected to be answered.");
    }

    private sealed class SteppedWall(ManualClock clock) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Step;

        public override long GetTimestamp() => clock.GetTimestamp();
    }
}
