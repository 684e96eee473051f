using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>
/// Counts and the last sight do not depend on the order of repeats. The end and the texts are the newest, so of these
/// the last one folded stays.
/// </summary>
public sealed class AlertTallyProperties
{
    private static readonly AlertTally Opened = new(1, Given.Start, null, null);

    private static readonly Gen<AlertDelta> Deltas =
        from seen in Gen.Choose(0, 3)
        from second in Gen.Choose(-60, 600)
        from ends in Gen.OneOf(
            Gen.Constant<DateTimeOffset?>(null),
            Gen.Choose(0, 600).Select(s => (DateTimeOffset?)Given.Start.AddSeconds(s)))
        from text in Gen.Elements(null, "a", "b")
        select new AlertDelta(
            seen, Given.Start.AddSeconds(second), ends, text is null ? null : Labels.From([new("summary", text)]));

    [Fact]
    public void Count_and_last_sight_come_out_the_same_in_any_order()
    {
        var orders = from deltas in Gen.ListOf(Deltas) from shuffled in Gen.Shuffle<AlertDelta>(deltas) select (deltas, shuffled: shuffled.AsEnumerable());
        Prop.ForAll(orders.ToArbitrary(), both =>
        {
            var (one, other) = (Fold(both.deltas), Fold(both.shuffled));
            Assert.Equal((one.Seen, one.LastSeenAt), (other.Seen, other.LastSeenAt));
            Assert.Equal(1 + both.deltas.Sum(d => d.Seen), one.Seen);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_end_and_the_texts_are_the_last_that_were_given() =>
        Prop.ForAll(Gen.ListOf(Deltas).ToArbitrary(), deltas =>
        {
            var tally = Fold(deltas);
            Assert.Equal(deltas.Select(d => d.EndsAt).LastOrDefault(e => e is not null), tally.EndsAt);
            Assert.Equal(deltas.Select(d => d.Texts).LastOrDefault(t => t is not null), tally.Texts);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Folding_in_two_parts_is_folding_at_once() =>
        Prop.ForAll(Gen.Two(Gen.ListOf(Deltas)).ToArbitrary(), parts =>
            Assert.Equal(Fold(parts.Item1.Concat(parts.Item2)), parts.Item2.Aggregate(Fold(parts.Item1), (t, d) => t.Fold(d)))).QuickCheckThrowOnFailure();

    private static AlertTally Fold(IEnumerable<AlertDelta> deltas) =>
        deltas.Aggregate(Opened, (tally, delta) => tally.Fold(delta));
}
