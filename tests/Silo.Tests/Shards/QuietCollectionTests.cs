using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class QuietCollectionTests
{
    private const long Megabyte = 1_000_000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private readonly QuietCollection _quiet = new();
    private DateTimeOffset _now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);
    private long _allocated;

    [Fact]
    public void Under_load_the_collector_is_left_alone_and_once_it_is_over_it_collects_once()
    {
        Assert.False(After(0));
        for (var n = 0; n < 100; n++)
        {
            Assert.False(After(600 * Megabyte));
        }

        Assert.True(After(Megabyte));
        Assert.False(After(Megabyte));
        Assert.False(After(Megabyte));
    }

    [Fact]
    public void A_little_load_without_end_makes_it_collect_seldom_and_the_less_the_larger_the_heap_is()
    {
        After(0);
        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => After(10 * Megabyte)));
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => After(10 * Megabyte, heap: 450 * Megabyte)));
    }

    [Fact]
    public void Between_two_looks_nothing_is_due()
    {
        After(0);
        _allocated += 1000 * Megabyte;
        _now += Look / 2;
        Assert.False(_quiet.IsDue(_now, _allocated, 0));
    }

    private bool After(long allocated, long heap = 50 * Megabyte)
    {
        _now += Look;
        _allocated += allocated;
        return _quiet.IsDue(_now, _allocated, heap);
    }
}
