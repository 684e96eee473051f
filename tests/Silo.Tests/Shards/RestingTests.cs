using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>Of an alert that is only sent again little is in memory, and nobody can tell.</summary>
public sealed class RestingTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ShardInMemory _shard = new();
    private readonly HashSet<GrainId> _loaded = [];

    public RestingTests()
    {
        _shard.Loads = row =>
        {
            _loaded.Add(row.Id);
            return row;
        };
    }

    [Fact]
    public void Repeats_of_an_alert_at_rest_are_counted_without_reading_it()
    {
        Rest();
        Assert.Equal(Outcome.Repeat, _shard.Send(Drift, Fires("0.72")).Outcome);
        Assert.Equal(1, _shard.Shard.AlertsAtRest);
        Assert.Empty(_loaded);

        var alert = _shard.Read<AlertState>(Drift)!;
        Assert.Equal((3, "0.72"), (alert.Count.Seen, alert.Count.Texts!.Find("value")));
        Assert.Equal(0, _shard.Shard.AlertsAtRest);
        Assert.Equal([Drift], _loaded);
    }

    [Fact]
    public void Whatever_is_no_repeat_finds_it_whole()
    {
        Rest();
        _shard.Send(Drift, new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking")));
        Rest();
        _shard.Send(Drift, Fires("0.72"));
        var closed = (AlertState)_shard.Send(Drift, Fires("0.72") with { Signal = Fires("0.72").Signal with { Resolved = true } }).State!;

        Assert.Equal((AlertStatus.Closed, ClosedHow.ResolvedBySource), (closed.Status, closed.ClosedHow));
        Assert.Equal(4, closed.Count.Seen);
        Assert.Contains(
            _shard.Journal.SelectMany(turn => turn.Timers),
            timer => timer.Grain == Drift && timer is { Name: "expiry", Timer: null });
    }

    [Fact]
    public void A_repeat_and_what_ends_it_in_one_turn_count_both()
    {
        Rest();
        _shard.Post(Drift, Fires("0.72"));
        var over = _shard.Post(Drift, Fires("0.72") with { Signal = Fires("0.72").Signal with { Resolved = true } });
        _shard.Settle();

        var closed = (AlertState)ShardInMemory.AnswersOf(over)[0].State!;
        Assert.Equal((AlertStatus.Closed, 3), (closed.Status, closed.Count.Seen));
        Assert.Equal("0.72", closed.Count.Texts!.Find("value"));
    }

    [Fact]
    public void A_commit_that_failed_leaves_it_at_rest_as_it_was()
    {
        Rest();
        _shard.Fault = (CommitStep.Begun, new CommitFailedException("no", null));
        _shard.Post(Drift, Fires("0.72"));
        _shard.Settle();
        Assert.Equal(1, _shard.Shard.AlertsAtRest);
        Assert.Equal(2, _shard.Read<AlertState>(Drift)!.Count.Seen);
    }

    [Fact]
    public void Its_count_is_written_by_the_checkpoint_and_there_after_a_crash()
    {
        Rest();
        _shard.Send(Drift, Fires("0.73"));
        _shard.Advance(Minute);
        Assert.Equal(1, _shard.Shard.AlertsAtRest);
        Assert.Contains(
            _shard.Journal, turn => turn.Grains.Exists(grain => grain is { TallyOnly: true, State: RestingAlert }));

        _shard.Crash();
        Assert.Equal(3, _shard.Read<AlertState>(Drift)!.Count.Seen);
    }

    [Fact]
    public void One_whose_row_is_another_than_was_written_is_not_decided_upon()
    {
        Rest();
        _shard.Loads = row => row with { AsOf = row.AsOf + 1 };
        Assert.Equal(Outcome.Poison, _shard.Send(Drift, new AlertCommand.Reconsider()).Outcome);
    }

    [Fact]
    public void One_that_cannot_be_read_when_its_timer_is_due_stops_nothing_and_is_whole_again_when_it_can()
    {
        Rest();
        var reads = _shard.Loads;
        _shard.Loads = row => row.Id == Drift ? row with { Document = "{"u8.ToArray() } : row;
        _shard.Advance(TimeSpan.FromMinutes(6));
        Assert.NotEqual(0, _shard.Counted.GetValueOrDefault("correlation_poison_total"));

        _shard.Loads = reads;
        _shard.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(ClosedHow.Expired, _shard.Read<AlertState>(Drift)!.ClosedHow);
    }

    public void Dispose() => _shard.Dispose();

    private static AlertCommand.Receive Fires(string value) => new(new Signal
    {
        Alias = "drift",
        Message = "drift",
        Texts = Labels.From([new("value", value)]),
        StartsAt = new DateTimeOffset(2026, 1, 5, 9, 59, 0, TimeSpan.Zero),
        ResendsWhileFiring = true,
    });

    /// <summary>It is sent once more, and then not for a while.</summary>
    private void Rest()
    {
        _shard.Send(Drift, Fires("0.71"));
        if (_shard.Read<AlertState>(Drift)!.Count.Seen == 1)
        {
            _shard.Send(Drift, Fires("0.71"));
        }

        _shard.Advance(Minute);
        Assert.Equal(1, _shard.Shard.AlertsAtRest);
        _loaded.Clear();
    }
}
