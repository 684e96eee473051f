using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    private const int Hour = 3600;

    [Fact]
    public async Task Dropped_repeats_leave_a_row_per_alert_and_hour_with_the_longest_gap()
    {
        Repeats(10, "a", "b");
        Repeats(40, "a");
        Repeats(2_900, "a", "a");
        Repeats(Hour + 5, "a");
        PruneFolded(now: Given.At(3 * Hour));
        Assert.Empty(Store.ReadRepeats(0));
        Assert.Equal(
            [
                new RepeatsInHour(Given.At(Hour), 1, Given.At(Hour + 5), Given.At(Hour + 5), TimeSpan.Zero),
                new RepeatsInHour(Given.At(0), 4, Given.At(10), Given.At(2_900), TimeSpan.FromSeconds(2_860)),
            ],
            await HoursAsync("a"));
        Assert.Equal(
            [new RepeatsInHour(Given.At(0), 1, Given.At(10), Given.At(10), TimeSpan.Zero)], await HoursAsync("b"));
    }

    [Fact]
    public async Task Only_what_was_seen_again_is_counted()
    {
        Commit(
            turn => turn.Repeats = PackedOf(
                new RepeatEntry(
                    9, 1, new GrainId(GrainKind.Alert, "a"), "Closed by a person", null,
                    new Asked("alert.receive", null)),
                new RepeatEntry(9, 2, new GrainId(GrainKind.Heartbeat, "a"), "PONG", new HeartbeatDelta(Given.At(1))),
                new RepeatEntry(
                    9, 3, new GrainId(GrainKind.Alert, "b"), "Again", new AlertDelta(3, Given.At(1), null, null))),
            Given.At(1));
        PruneFolded(now: Given.At(3 * Hour));
        Assert.Empty(Store.ReadRepeats(0));
        Assert.Empty(await HoursAsync("a"));
        Assert.Equal(3, Assert.Single(await HoursAsync("b")).Count);
    }

    [Fact]
    public async Task Hours_are_listed_from_the_newest_within_bounds()
    {
        for (var hour = 0; hour < 4; hour++)
        {
            Repeats(hour * Hour, "a");
        }

        PruneFolded(now: Given.At(9 * Hour));
        Assert.Equal([Given.At(2 * Hour), Given.At(Hour)], await HoursAsync("a", from: Hour, before: 3 * Hour));
        Assert.Equal([Given.At(2 * Hour)], await HoursAsync("a", from: 0, before: 3 * Hour, limit: 1));
    }

    [Fact]
    public async Task A_summary_that_a_crash_cut_short_counts_nothing_twice()
    {
        var aliases = Enumerable.Range(0, 1_700).Select(n => $"a{n}").ToArray();
        Repeats(1, aliases);
        Repeats(2, aliases);
        Commit(turn => turn.ReplayTurn = 2, Given.At(3 * Hour));
        for (var slices = 0; slices < 4; slices++)
        {
            Assert.True(
                Store.Prune(Retention, Given.At(3 * Hour), 2),
                $"Nothing was left to do after {slices + 1} slices: that is too much for one.");
            Reopen();
            for (var redone = 0; redone <= slices; redone++)
            {
                Store.Prune(Retention, Given.At(3 * Hour), 2);
            }
        }

        Assert.Equal(2, Store.ReadRepeats(0).Count());
        PruneFolded(now: Given.At(3 * Hour));
        Assert.Empty(Store.ReadRepeats(0));
        foreach (var alias in aliases)
        {
            Assert.Equal(
                new RepeatsInHour(Given.At(0), 2, Given.At(1), Given.At(2), TimeSpan.FromSeconds(1)),
                Assert.Single(await HoursAsync(alias)));
        }
    }

    [Fact]
    public async Task However_pruning_is_spread_and_interrupted_the_hours_add_up()
    {
        var dice = new Random(20261102);
        var expected = new Dictionary<(string Alias, long Hour), List<long>>();
        var (at, folded) = (0, 0L);
        for (var turns = 0; turns < 150; turns++)
        {
            at += dice.Next(400);
            var seen = dice.GetItems(["a", "b", "c", "d"], dice.Next(1, 6));
            Repeats(at, seen);
            foreach (var alias in seen)
            {
                var hour = (alias, (long)(at / Hour));
                expected[hour] = [.. expected.GetValueOrDefault(hour) ?? [], at];
            }

            for (var slices = dice.Next(4); slices > 0; slices--)
            {
                Store.Prune(Retention, Given.At(at), folded);
            }

            if (dice.Next(10) == 0)
            {
                Commit(turn => turn.ReplayTurn = folded = turn.Turn, Given.At(at));
            }

            if (dice.Next(20) == 0)
            {
                Reopen();
            }
        }

        PruneFolded(now: Given.At(at + (3 * Hour)));
        foreach (var alias in expected.Keys.Select(key => key.Alias).Distinct())
        {
            Assert.Equal(
                expected.Where(e => e.Key.Alias == alias).OrderByDescending(e => e.Key.Hour)
                    .Select(e => Counted(e.Key.Hour, e.Value)),
                await HoursAsync(alias));
        }
    }

    [Fact]
    public async Task Hours_are_dropped_with_the_decisions()
    {
        Repeats(1, "a");
        Repeats(20 * 24 * Hour, "a");
        PruneFolded(now: Given.At(20.5 * 24 * Hour));
        Assert.Equal(2, (await HoursAsync("a")).Count);
        PruneFolded(now: Given.At(31.5 * 24 * Hour));
        Assert.Equal(Given.At(20 * 24 * Hour), Assert.Single(await HoursAsync("a")).Hour);
    }

    private static RepeatsInHour Counted(long hour, List<long> seen) => new(
        Given.At(hour * Hour), seen.Count, Given.At(seen[0]), Given.At(seen[^1]),
        TimeSpan.FromSeconds(seen.Skip(1).Zip(seen, (next, one) => next - one).DefaultIfEmpty().Max()));

    private void Repeats(double at, params string[] aliases) => Commit(
        turn => turn.Repeats = PackedOf([.. aliases.Select((alias, n) => new RepeatEntry(
            9,
            (turn.Turn * 10_000) + n,
            new GrainId(GrainKind.Alert, alias),
            "Again",
            new AlertDelta(1, Given.At(at), null, null)))]),
        Given.At(at));

    /// <summary>A checkpoint round has covered every turn, and the repeats are past their retention.</summary>
    private void PruneFolded(DateTimeOffset now)
    {
        Commit(turn => turn.ReplayTurn = LastTurn, now);
        Prune(now, LastTurn);
    }

    private async Task<IReadOnlyList<RepeatsInHour>> HoursAsync(string alias) =>
        await Reads.RepeatsAsync(alias, Given.At(-Hour), Given.At(0).AddYears(1), 100, None);

    private async Task<IEnumerable<DateTimeOffset>> HoursAsync(string alias, int from, int before, int limit = 9) =>
        (await Reads.RepeatsAsync(alias, Given.At(from), Given.At(before), limit, None)).Select(hour => hour.Hour);
}
