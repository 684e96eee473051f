using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>Senders that go away while too much waits.</summary>
public sealed class AbandonedTests : IDisposable
{
    private const int PerTurn = 20;

    private readonly ShardInMemory _shard = new(
        new ShardOptions { IntakePerTurn = PerTurn, InternalPerTurn = PerTurn, FollowedPerTurn = 10 });
    private readonly CancellationTokenSource _left = new();

    [Fact]
    public async Task Who_has_gone_while_waiting_is_not_decided_for_and_makes_room()
    {
        _shard.Post(Many("first"));
        var abandoned = _shard.Post(Many("abandoned"), left: _left.Token);
        var small = _shard.Post([new GrainCommand(Alert("small"), Fires("small"))]);
        var patient = _shard.Post(Many("patient"));
        _shard.Turn();
        await _left.CancelAsync();
        _shard.Settle();

        Assert.True(abandoned.Done.IsCanceled);
        Assert.True(small.Done.IsCompletedSuccessfully);
        Assert.True(patient.Done.IsCompletedSuccessfully);
        Assert.Null(_shard.Read<AlertState>(Alert("abandoned-0")));
        Assert.NotNull(_shard.Read<AlertState>(Alert("patient-0")));
        Assert.Equal(PerTurn, _shard.Counted["correlation_abandoned_commands_total"]);
        Assert.Equal(0, _shard.IntakeWaiting);
    }

    [Fact]
    public async Task Who_has_gone_before_its_first_turn_is_decided_for()
    {
        var hasty = _shard.Post([new GrainCommand(Alert("hasty"), Fires("hasty"))], left: _left.Token);
        await _left.CancelAsync();
        _shard.Settle();
        Assert.True(hasty.Done.IsCompletedSuccessfully);
        Assert.NotNull(_shard.Read<AlertState>(Alert("hasty")));
    }

    [Fact]
    public async Task No_silence_is_measured_over_senders_that_were_dropped()
    {
        var nightly = new GrainId(GrainKind.Heartbeat, "nightly");
        _shard.Send(
            nightly,
            new HeartbeatCommand.Create(
                new HeartbeatSettings("nightly", "", 1, "minutes", true, "", "late", [], Priority.P3)));
        _shard.Send(nightly, new HeartbeatCommand.Ping());
        _shard.Advance(TimeSpan.FromSeconds(59));
        _shard.Post(Many("first"));
        _shard.Post([.. Many("abandoned"), new GrainCommand(nightly, new HeartbeatCommand.Ping())], left: _left.Token);
        _shard.Turn();
        await _left.CancelAsync();
        _shard.Settle();
        _shard.Advance(TimeSpan.FromSeconds(30));
        Assert.False(_shard.Read<HeartbeatState>(nightly)!.Expired);
        _shard.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_shard.Read<HeartbeatState>(nightly)!.Expired);
    }

    [Fact]
    public async Task A_client_that_has_given_up_is_told_so_and_nobody_that_it_was_stored()
    {
        var grains = _shard.Client(new ManualClock(_shard.Now));
        _shard.Post(Many("first"));
        var sent = grains.ReceiveAsync(Many("abandoned"), _left.Token).AsTask();
        var person = grains.SendAsync(Many("person"), CommandClass.Person).AsTask();
        _shard.Turn();
        await _left.CancelAsync();
        _shard.Settle();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Equal(PerTurn, (await person).Length);
    }

    public void Dispose()
    {
        _shard.Dispose();
        _left.Dispose();
    }

    private static GrainCommand[] Many(string name) =>
        [.. Enumerable.Range(0, PerTurn).Select(n => new GrainCommand(Alert($"{name}-{n}"), Fires($"{name}-{n}")))];

    private static GrainId Alert(string alias) => new(GrainKind.Alert, alias);

    private static AlertCommand.Receive Fires(string alias) =>
        new(new Signal { Alias = alias, Message = alias, Entity = "model:" + alias });
}
