using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>What a turn's messages lead to is decided in the same turn, as far as there is room.</summary>
public sealed class FollowingTests
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");

    [Fact]
    public void An_alert_is_in_its_incident_after_one_turn_and_one_write_of_each_grain()
    {
        using var shard = new ShardInMemory();
        var request = shard.Post(Drift, Fires("drift"));
        shard.Turn();
        Assert.Equal(Outcome.Material, ShardInMemory.AnswersOf(request)[0].Outcome);

        var turn = shard.Journal[^1];
        Assert.Equal(
            ["alert.receive", "entity.started", "incident.open", "alert.confirmed"],
            turn.Log.Select(row => row.Type).Where(type => type != "listening").Take(4));
        Assert.Empty(turn.MessagesSent);
        Assert.Empty(turn.MessagesTaken);
        Assert.Single(turn.Grains, write => write.State is AlertState { IncidentId: not null });
        Assert.Single(turn.Grains, write => write.State is IncidentState);

        shard.Crash();
        Assert.Equal(1, shard.Read<IncidentState>(shard.IncidentOf("drift"))!.OpenMembers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_there_is_no_room_for_is_stored_and_decided_later_also_after_a_crash(int room)
    {
        using var shard = new ShardInMemory(new ShardOptions { FollowedPerTurn = room });
        shard.Post(Drift, Fires("drift"));
        shard.Turn();
        Assert.Equal(room, shard.Journal[^1].Log.Count(row => row.Type is not ("listening" or "alert.receive")));
        Assert.NotEmpty(shard.Journal[^1].MessagesSent);

        shard.Crash();
        shard.Settle();
        Assert.Equal(1, shard.Read<IncidentState>(shard.IncidentOf("drift"))!.OpenMembers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Behind_a_message_that_waits_the_next_to_the_same_grain_waits_as_well(int room)
    {
        using var shard = new ShardInMemory(new ShardOptions { FollowedPerTurn = room });
        shard.Send(new GrainId(GrainKind.Alert, "first"), Fires("first", "model:shared"));
        for (var n = 0; n < 5; n++)
        {
            var alias = $"alert {n}";
            shard.Post(new GrainId(GrainKind.Alert, alias), Fires(alias, "model:shared"));
            shard.Post(new GrainId(GrainKind.Alert, alias), Over);
        }

        shard.Settle();
        var incident = shard.Read<IncidentState>(shard.IncidentOf("first"))!;
        Assert.Equal((6, 1), (incident.MemberCount, incident.OpenMembers));
        var told = shard.Journal.SelectMany(turn => turn.Log)
            .Where(row => row.Grain == incident.Grain)
            .Select(row => row.Type)
            .ToList();
        Assert.True(told.IndexOf("incident.join") < told.IndexOf("incident.memberClosed"), string.Join(", ", told));
    }

    [Fact]
    public void After_a_commit_that_failed_nothing_of_what_followed_has_happened()
    {
        using var shard = new ShardInMemory();
        shard.Settle();
        shard.Fault = (CommitStep.Begun, new CommitFailedException("no"));
        var request = shard.Post(Drift, Fires("drift"));
        shard.Turn();
        Assert.True(request.Done.IsFaulted);
        Assert.Null(shard.Read<AlertState>(Drift));
        Assert.Null(shard.Read<EntityState>(new GrainId(GrainKind.Entity, "model:drift")));

        shard.Send(Drift, Fires("drift"));
        Assert.Equal(1, shard.Read<IncidentState>(shard.IncidentOf("drift"))!.OpenMembers);
    }

    [Fact]
    public void A_signal_stands_though_what_follows_from_it_cannot_be_written()
    {
        using var shard = new ShardInMemory();
        shard.Refuses = write => write.Grains.Any(grain => grain.State is IncidentState { Id: var id } && id != Own())
            ? new CommitFailedException("too big") { ForItsContent = true }
            : null;
        var answer = shard.Send(Drift, Fires("drift"));
        Assert.Equal(Outcome.Material, answer.Outcome);
        Assert.Equal(AlertStatus.Open, shard.Read<AlertState>(Drift)!.Status);
        Assert.Contains(
            shard.Journal.SelectMany(turn => turn.Log),
            row => row is { Type: "incident.open", Outcome: Outcome.Poison });

        static string Own() => DerivedId.Of("own incident", "drift", 1).ToString();
    }

    private static AlertCommand.Receive Fires(string alias, string? entity = null) =>
        new(new Signal { Alias = alias, Message = alias, Entity = entity ?? "model:" + alias });

    private static readonly AlertCommand.Close Over = new(null, "", "api", "", ByPerson: false);
}
