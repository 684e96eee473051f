using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Model;

/// <summary>Which partition a key is in is stored with everything it has: these numbers may never change.</summary>
public sealed class PartitionsTests
{
    public static readonly TheoryData<GrainKind, string, int> Stored = new()
    {
        { GrainKind.Alert, "", 96 },
        { GrainKind.Alert, "a", 208 },
        { GrainKind.Alert, "churn-accuracy", 81 },
        { GrainKind.Entity, "churn-accuracy", 104 },
        { GrainKind.Entity, "model:churn_model", 189 },
        { GrainKind.Incident, "5d34a1f7-54e2-8d5c-9a2f-0a2b4c6d8e0f", 63 },
        { GrainKind.Silence, "ä€😀", 59 },
        { GrainKind.Heartbeat, new string('x', 84) + "😀" + new string('y', 200), 106 },
        { GrainKind.ClosedAlert, new string('k', 512), 229 },
    };

    [Theory]
    [MemberData(nameof(Stored))]
    public void A_key_stays_in_its_partition(GrainKind kind, string key, int partition) =>
        Assert.Equal(partition, Partitions.Of(kind, key));

    [Fact]
    public void Every_key_has_a_partition() =>
        Prop.ForAll<NonNull<string>>(key => Assert.InRange(Partitions.Of(GrainKind.Alert, key.Get), 0, Partitions.Count - 1)).QuickCheckThrowOnFailure();

    [Fact]
    public void Keys_that_differ_little_are_spread_evenly()
    {
        var counts = Enumerable.Range(0, 25_600)
            .GroupBy(n => Partitions.Of(GrainKind.Alert, $"alert-{n}"))
            .Select(group => group.Count())
            .ToList();

        Assert.Equal(Partitions.Count, counts.Count);
        Assert.InRange(counts.Min(), 60, 100);
        Assert.InRange(counts.Max(), 100, 145);
    }
}
