using Correlation.Gateway.Seams;
using Correlation.Silo.Cluster;
using Xunit;

namespace Correlation.Silo.Tests.Cluster;

/// <summary>When an observer may say that the owner has gone.</summary>
public sealed class SuccessionTests
{
    private static readonly DateTime Since = new(2026, 1, 5, 10, 0, 0, DateTimeKind.Utc);
    private readonly Succession _succession = new();
    private TimeSpan _now;

    [Fact]
    public void A_free_database_is_taken_at_once() => Assert.Equal(SuccessionStep.Take, Next(new Look(null, null, 0)));

    [Fact]
    public void An_owner_that_beats_is_left_alone()
    {
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal(SuccessionStep.Wait, Next(Beat(n / 2)));
        }
    }

    [Fact]
    public void One_that_stands_still_for_three_seconds_is_ended_and_not_before()
    {
        var steps = Enumerable.Range(0, 16).Select(_ => (At: _now, Step: Next(Beat(7)))).ToList();
        Assert.All(steps, step => Assert.Equal(step.At >= TimeSpan.FromSeconds(3) ? SuccessionStep.End : SuccessionStep.Wait, step.Step));
    }

    [Fact]
    public void An_owner_that_has_not_beaten_yet_has_the_same_time()
    {
        var row = new Look(new Owner(1, Since, "x", "0000aaaa"), new Dictionary<string, ProcessRow>(), 0);
        Assert.Contains(SuccessionStep.End, Enumerable.Range(0, 16).Select(_ => Next(row)));
    }

    [Fact]
    public void An_observer_that_was_itself_stopped_has_seen_nothing()
    {
        Next(Beat(7));
        _now += TimeSpan.FromSeconds(60);
        Assert.Equal(SuccessionStep.Wait, Next(Beat(7)));
        Assert.Equal(SuccessionStep.Wait, Next(Beat(8)));
    }

    [Fact]
    public void After_a_server_was_away_its_owner_may_come_back()
    {
        Next(Beat(7));
        _succession.NoAnswer(_now);
        Assert.Equal(SuccessionStep.Wait, Next(new Look(null, null, 0)));
        Assert.Equal(SuccessionStep.Wait, Next(Beat(8)));
        _succession.NoAnswer(_now);
        var steps = Enumerable.Range(0, 16).Select(_ => Next(new Look(null, null, 0))).ToList();
        Assert.Equal(SuccessionStep.Take, steps[^1]);
        Assert.Equal(SuccessionStep.Wait, steps[8]);
    }

    [Fact]
    public void Of_a_release_without_beats_only_its_connection_counts()
    {
        var old = new Look(new Owner(1, Since, "correlation, process 1 on x", null), new Dictionary<string, ProcessRow>(), 0);
        Assert.All(Enumerable.Range(0, 40), _ => Assert.Equal(SuccessionStep.Wait, Next(old)));
        var fresh = new Look(new Owner(1, Since, "x", "0000aaaa"), null, 0);
        Assert.All(Enumerable.Range(0, 40), _ => Assert.Equal(SuccessionStep.Wait, Next(fresh)));
    }

    [Fact]
    public void An_owner_that_has_just_made_the_table_has_the_same_time()
    {
        Enumerable.Range(0, 40).ToList().ForEach(_ => Next(new Look(new Owner(1, Since, "x", "0000aaaa"), null, 0)));
        var made = new Look(new Owner(1, Since, "x", "0000aaaa"), new Dictionary<string, ProcessRow>(), 0);
        Assert.All(Enumerable.Range(0, 12), _ => Assert.Equal(SuccessionStep.Wait, Next(made)));
    }

    [Fact]
    public void Another_owner_is_another_three_seconds()
    {
        Enumerable.Range(0, 12).ToList().ForEach(_ => Next(Beat(7)));
        var other = new Look(new Owner(2, Since, "y", "0000bbbb"), new Dictionary<string, ProcessRow>(), 0);
        Assert.All(Enumerable.Range(0, 12), _ => Assert.Equal(SuccessionStep.Wait, Next(other)));
    }

    private SuccessionStep Next(Look look)
    {
        var step = _succession.Next(look, _now);
        _now += TimeSpan.FromMilliseconds(250);
        return step;
    }

    private static Look Beat(long beat)
    {
        var process = new ClusterProcess("0000aaaa", "process 1 on x", "http://x:8080", ClusterStates.Owner, 1, Since, Since);
        return new Look(new Owner(1, Since, "x", process.Id), new Dictionary<string, ProcessRow> { [process.Id] = new(process, beat) }, 0);
    }
}
