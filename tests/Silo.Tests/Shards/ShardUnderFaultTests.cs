using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>Holes that the simulation found, each in its smallest form.</summary>
public sealed class ShardUnderFaultTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");
    private static readonly CommitFailedException Full = new("the disk is full");

    private readonly ShardInMemory _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void A_checkpoint_whose_commit_failed_still_owes_all_of_its_share()
    {
        _shard.Send(Drift, Fires());
        _shard.Send(Drift, Fires());

        // The end of the round falls on a turn that writes the alert anyway, and that turn is lost.
        _shard.Now += TimeSpan.FromSeconds(15);
        _shard.Turn();
        _shard.Now += TimeSpan.FromSeconds(12);
        _shard.Post(Drift, new AlertCommand.SetMessage(null, "renamed", "ann"));
        _shard.Fault = (CommitStep.Begun, Full);
        _shard.Turn();

        _shard.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(_shard.Journal, turn => turn.ReplayTurn is not null);
        _shard.Crash();
        Assert.Equal(2, _shard.Read<AlertState>(Drift)!.Count.Seen);
    }

    [Fact]
    public void A_wall_that_was_set_back_is_no_time_of_listening()
    {
        _shard.Send(Drift, Fires());
        _shard.Now += TimeSpan.FromMinutes(4);
        var newest = _shard.Now;
        _shard.Send(
            new GrainId(GrainKind.Alert, "other"), new AlertCommand.Receive(Fires().Signal with { Alias = "other" }));

        // The host starts the clock at the newest decision, an hour after the wall.
        _shard.Now -= TimeSpan.FromHours(1);
        _shard.Crash();
        _shard.Now = newest;
        _shard.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(AlertStatus.Open, _shard.Read<AlertState>(Drift)!.Status);
    }

    [Fact]
    public void Who_was_turned_away_by_a_commit_that_failed_is_not_held_for_silent()
    {
        _shard.Send(Drift, Fires());
        _shard.Advance(TimeSpan.FromMinutes(4.9));
        _shard.Fault = (CommitStep.Begun, Full);
        Assert.Throws<UnavailableException>(() => _shard.Send(Drift, Fires()));

        _shard.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AlertStatus.Open, _shard.Read<AlertState>(Drift)!.Status);
        _shard.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(ClosedHow.Expired, _shard.Read<AlertState>(Drift)!.ClosedHow);
    }

    [Fact]
    public void On_a_full_disk_no_waiting_intake_eats_what_people_need_and_it_is_let_in_again_within_a_second()
    {
        _shard.Send(Drift, Fires());
        var waiting = _shard.Post(Drift, Fires());
        _shard.DiskIsFull = true;
        var note = new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking"));
        var person = _shard.Post(Drift, note, commandClass: CommandClass.Person);
        _shard.Settle();
        Assert.IsType<UnavailableException>(waiting.Done.Exception!.InnerException);
        Assert.True(ShardInMemory.AnswersOf(person)[0].Accepted);
        Assert.Throws<UnavailableException>(() => _shard.Post(Drift, Fires()));
        Assert.True(_shard.Turn() <= _shard.Now.AddSeconds(1), "The loop is expected to look again within a second.");

        _shard.DiskIsFull = false;
        _shard.Turn();
        Assert.Equal(Outcome.Repeat, _shard.Send(Drift, Fires()).Outcome);
    }

    [Fact]
    public void A_process_that_stood_still_did_not_listen()
    {
        _shard.Send(Drift, Fires());
        _shard.Advance(TimeSpan.FromMinutes(4));

        // Stopped and continued: what the source sent meanwhile waits in the socket, behind the timers.
        _shard.Now += TimeSpan.FromMinutes(10);
        _shard.Settle();
        Assert.Equal(AlertStatus.Open, _shard.Read<AlertState>(Drift)!.Status);
        Assert.Contains(_shard.Journal[^1].Log, row => row.Reason.Contains("stood still", StringComparison.Ordinal));

        _shard.Advance(TimeSpan.FromMinutes(5.1));
        Assert.Equal(ClosedHow.Expired, _shard.Read<AlertState>(Drift)!.ClosedHow);
    }

    [Fact]
    public void It_did_not_listen_either_when_it_goes_on_right_after_the_silence_it_measured()
    {
        _shard.Send(Drift, Fires());
        _shard.Advance(TimeSpan.FromMinutes(4.5));

        _shard.Now += TimeSpan.FromSeconds(33);
        _shard.Settle();
        Assert.Equal(AlertStatus.Open, _shard.Read<AlertState>(Drift)!.Status);
    }

    [Fact]
    public void A_turn_that_lets_everybody_wait_is_logged_once_a_minute()
    {
        _shard.Refuses = _ =>
        {
            Thread.Sleep(1_010);
            return null;
        };
        _shard.Send(Drift, Fires());
        _shard.Send(Drift, Fires());
        _shard.Refuses = _ => null;
        Assert.Matches(
            "^Warning: A turn of . commands took 1.0 s, 1.0 s of it the commit", Assert.Single(_shard.Log.Lines));
    }

    [Fact]
    public void A_retry_is_not_handed_on_again_though_the_first_answer_was_lost_with_the_process()
    {
        var incident = Open();
        var note = new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking"));
        _shard.Post(Drift, note, "key-1");
        _shard.Turn();
        _shard.Crash();

        Assert.True(_shard.Send(Drift, note, "key-1").Accepted);
        Assert.Equal(1, _shard.Read<IncidentState>(incident)!.NoteCount);
    }

    [Fact]
    public void Who_publishes_is_told_when_the_outcome_is_unknown()
    {
        _shard.Settle();
        var publish = _shard.Publish();
        _shard.Fault = (CommitStep.Synced, new CommitUnknownException("the connection broke"));
        Assert.Throws<CommitUnknownException>(() => _shard.Turn());
        Assert.True(publish.Done.IsFaulted);
    }

    [Fact]
    public void Whom_a_turn_had_taken_is_told_when_it_ends_by_what_nobody_expected()
    {
        _shard.Settle();
        var (intake, publish, release, read) = (_shard.Post(Drift, Fires()), _shard.Publish(), _shard.Release(), _shard.AskFor(Drift));
        _shard.Fault = (CommitStep.Begun, new InsufficientMemoryException());
        Assert.Throws<InsufficientMemoryException>(() => _shard.Turn());
        _shard.Shard.FailWaiting(new UnavailableException("The store failed", TimeSpan.FromSeconds(2)));
        Assert.All((Task[])[intake.Done, publish.Done, release.Done, read.Done], task => Assert.True(task.IsFaulted));
    }

    [Fact]
    public void A_timer_whose_deciding_throws_is_retried_at_growing_distances()
    {
        _shard.Spoils = command => command is EntityCommand.Started or AlertCommand.TimerFired { Name: "hold" };
        _shard.Send(Drift, new AlertCommand.Receive(Fires().Signal with { ResendsWhileFiring = false }));
        _shard.Advance(TimeSpan.FromMinutes(20));
        var tried = _shard.Journal.SelectMany(turn => turn.Log)
            .Where(row => row.Type == "alert.timerFired")
            .Select(row => row.At)
            .ToList();
        Assert.InRange(tried.Count, 6, 12);
        Assert.True(
            tried[^1] - tried[^2] > TimeSpan.FromMinutes(2), "The last retries are expected to be minutes apart.");

        _shard.Spoils = _ => false;
        _shard.Advance(TimeSpan.FromMinutes(15));
        Assert.NotNull(_shard.Read<AlertState>(Drift)!.IncidentId);
    }

    [Fact]
    public void The_incident_of_a_signal_that_could_not_be_decided_goes_on_paging()
    {
        _shard.Spoils = command => command is AlertCommand.Receive;
        var answer = _shard.Send(Drift, Fires());
        Assert.Equal(Outcome.Poison, answer.Outcome);

        _shard.Advance(TimeSpan.FromMinutes(6));
        var incident = _shard.Read<IncidentState>(new GrainId(GrainKind.Incident, DerivedId.Of("poison", Drift.Key, 1).ToString()))!;
        Assert.Equal(IncidentStatus.Open, incident.Status);
        Assert.Equal(2, incident.Pages.Count);
    }

    private static AlertCommand.Receive Fires() => new(new Signal
    {
        Alias = Drift.Key,
        Message = "drift",
        Entity = "model:churn",
        ResendsWhileFiring = true,
    });

    private GrainId Open()
    {
        _shard.Send(Drift, Fires());
        return new GrainId(GrainKind.Incident, _shard.Read<AlertState>(Drift)!.IncidentId!);
    }
}
