using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Wire;

public sealed class RepeatLogProperties
{
    private static readonly Gen<string> Texts =
        Gen.OneOf(
            Gen.Elements("", "a", "ä€😀", new string('x', 127), new string('ä', 128)),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => Whole(s.Get)));

    private static readonly Gen<DateTimeOffset> Times =
        Gen.Choose(-2_000_000_000, 2_000_000_000).Select(n => DateTimeOffset.FromUnixTimeMilliseconds(n * 997L));

    private static readonly Gen<Labels?> LabelSets = Gen.OneOf(
        Gen.Constant<Labels?>(null),
        Gen.ListOf(from name in Texts from text in Texts select KeyValuePair.Create(name, text))
            .Select(pairs => (Labels?)Labels.From(pairs)));

    private static readonly Gen<Delta?> Deltas = Gen.OneOf(
        Gen.Constant<Delta?>(null),
        Times.Select(at => (Delta?)new HeartbeatDelta(at)),
        from seen in Gen.Choose(0, int.MaxValue)
        from last in Times
        from ends in Gen.OneOf(Gen.Constant<DateTimeOffset?>(null), Times.Select(at => (DateTimeOffset?)at))
        from texts in LabelSets
        select (Delta?)new AlertDelta(seen, last, ends, texts));

    private static readonly Gen<Asked?> Asks = Gen.OneOf(
        Gen.Constant<Asked?>(null),
        from action in Texts
        from id in Gen.OneOf(
            Gen.Constant<Guid?>(null),
            ArbMap.Default.GeneratorFor<Guid>().Where(id => id != Guid.Empty).Select(id => (Guid?)id))
        select (Asked?)new Asked(action, id));

    /// <summary>What was asked is kept only where no delta tells it.</summary>
    private static readonly Gen<RepeatEntry> Entries =
        from partition in Gen.Choose(0, Partitions.Count - 1)
        from position in Gen.Choose(0, int.MaxValue)
        from kind in Gen.Elements(Enum.GetValues<GrainKind>())
        from key in Texts
        from reason in Texts
        from delta in Deltas
        from asked in Asks
        select new RepeatEntry(
            partition, position * 4_000_000_000L, new GrainId(kind, key), reason, delta, delta is null ? asked : null);

    [Fact]
    public void What_was_packed_is_read_again_in_order() =>
        Prop.ForAll(Gen.ListOf(Entries).ToArbitrary(), entries => Assert.Equal(entries, RepeatLog.Read(Pack(entries))))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_cleared_log_packs_the_next_turn_as_a_new_one_does() =>
        Prop.ForAll(Gen.Two(Gen.ListOf(Entries)).ToArbitrary(), turns =>
        {
            var log = new RepeatLog();
            AddAll(log, turns.Item1);
            log.Clear();
            AddAll(log, turns.Item2);
            Assert.Equal(Pack(turns.Item2), log.Packed.ToArray());
            Assert.Equal(turns.Item2.Count, log.Count);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    public void No_text_is_too_long(int length)
    {
        var entry = Entry(new AlertDelta(1, Given.Start, null, Labels.From([new("logs", new string('€', length))])));

        Assert.Equal([entry], RepeatLog.Read(Pack([entry])));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3_000_000)]
    public void A_cleared_log_holds_only_what_comes_after(int length)
    {
        var before = Entry(new AlertDelta(1, Given.Start, null, Labels.From([new("logs", new string('x', length))])));
        var log = new RepeatLog();
        log.Add(before);
        log.Clear();
        Assert.True(log.Packed.IsEmpty);
        var after = Entry(new AlertDelta(2, Given.Start, null, null));
        log.Add(after);
        Assert.Equal([after], RepeatLog.Read(log.Packed.ToArray()));
    }

    [Fact]
    public void No_repeats_are_no_bytes()
    {
        Assert.True(new RepeatLog().Packed.IsEmpty);
        Assert.Empty(RepeatLog.Read(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void A_layout_of_a_newer_release_is_named() =>
        Assert.Contains(
            "was it written by a newer one?",
            Assert.ThrowsAny<Exception>(() => RepeatLog.Read(new byte[] { 99 }).ToList()).Message);

    [Fact]
    public void A_plain_repeat_costs_some_dozens_of_bytes() =>
        Assert.InRange(Pack([Entry(new AlertDelta(1, Given.Start, Given.Start, null))]).Length, 40, 100);

    private static RepeatEntry Entry(Delta delta) =>
        new(1, 2, new GrainId(GrainKind.Alert, "churn-accuracy"), "Repeat of an open alert", delta);

    private static byte[] Pack(IEnumerable<RepeatEntry> entries)
    {
        var log = new RepeatLog();
        AddAll(log, entries);
        return log.Packed.ToArray();
    }

    private static void AddAll(RepeatLog log, IEnumerable<RepeatEntry> entries)
    {
        foreach (var entry in entries)
        {
            log.Add(entry);
        }
    }

    /// <summary>Half a surrogate pair never passes the edge: JSON that holds one is refused there.</summary>
    private static string Whole(string text) => string.Concat(text.EnumerateRunes());
}
