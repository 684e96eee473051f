using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>A message between grains whose deciding throws is said again, in its order, until it is decided.</summary>
public abstract class ParkedMessageTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");
    private static readonly AlertCommand.Receive Fires =
        new(new Signal { Alias = Drift.Key, Message = "drift", Entity = "model:churn" });

    private static readonly AlertCommand.Close Over = new(null, "", "api", "", ByPerson: false);

    private readonly ShardInMemory _shard;

    private protected ParkedMessageTests(int followedPerTurn) =>
        _shard = new ShardInMemory(new ShardOptions { FollowedPerTurn = followedPerTurn });

    public void Dispose()
    {
        _shard.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_incident_that_could_not_hear_of_its_alerts_end_resolves_when_it_can(bool crash)
    {
        _shard.Send(Drift, Fires);
        _shard.Spoils = command => command is IncidentCommand.MemberClosed;
        _shard.Send(Drift, Over);
        _shard.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(IncidentStatus.Open, Incident().Status);

        _shard.Spoils = _ => false;
        if (crash)
        {
            _shard.Crash();
        }

        _shard.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(IncidentStatus.Resolved, Incident().Status);
    }

    [Fact]
    public void It_is_tried_again_at_growing_distances()
    {
        _shard.Spoils = command => command is EntityCommand.Started;
        _shard.Send(Drift, Fires);
        _shard.Advance(TimeSpan.FromMinutes(30));
        var tried = _shard.Journal.SelectMany(turn => turn.Log)
            .Where(row => row.Type == "entity.started")
            .Select(row => row.At)
            .ToList();
        Assert.All(
            tried.Zip(tried.Skip(1)),
            pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10)));
        Assert.InRange(tried.Count, 7, 12);
    }

    [Fact]
    public void What_the_sender_says_after_it_waits_behind_it()
    {
        _shard.Spoils = command => command is EntityCommand.Started;
        _shard.Send(Drift, Fires);
        _shard.Send(Drift, Over);
        _shard.Send(Drift, Fires);

        _shard.Spoils = _ => false;
        _shard.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(AlertStatus.Open, _shard.Read<AlertState>(Drift)!.Status);
        Assert.Equal(IncidentStatus.Open, Incident().Status);
        Assert.Equal(1, Incident().OpenMembers);

        // It has opened twice, and is over when it stays quiet.
        _shard.Send(Drift, Over);
        _shard.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(IncidentStatus.Resolved, Incident().Status);
    }

    [Fact]
    public void What_somebody_was_told_has_failed_does_not_happen_after_all()
    {
        _shard.Send(Drift, Fires);
        _shard.Spoils = command => command is IncidentCommand.Person;
        var note = _shard.Send(Drift, new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking")));
        Assert.Equal(Outcome.Poison, note.Outcome);

        _shard.Spoils = _ => false;
        _shard.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, Incident().NoteCount);
    }

    private IncidentState Incident() => _shard.Read<IncidentState>(_shard.IncidentOf(Drift.Key))!;

    public sealed class Followed() : ParkedMessageTests(2048);

    public sealed class StoredFirst() : ParkedMessageTests(0);
}
