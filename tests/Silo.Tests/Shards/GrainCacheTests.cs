using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class GrainCacheTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_says_once_that_much_has_left()
    {
        var cache = new GrainCache(new ShardOptions());
        for (var n = 0; n < 20_000; n++)
        {
            cache.Add(new GrainId(GrainKind.Entity, $"model:{n}"), Start);
        }

        cache.Evict(Start + TimeSpan.FromSeconds(1));
        Assert.False(cache.HasShrunk());

        cache.Evict(Start + TimeSpan.FromMinutes(1));
        Assert.Equal(0, cache.Count);
        Assert.True(cache.HasShrunk());
        Assert.False(cache.HasShrunk());
    }

    [Fact]
    public void With_more_than_their_bound_those_leave_first_that_were_not_used_since_they_were_looked_at()
    {
        var cache = new GrainCache(new ShardOptions { GrainsInMemory = 100 });
        var slots = Enumerable.Range(0, 200)
            .Select(n => cache.Add(new GrainId(GrainKind.Entity, $"model:{n}"), Start))
            .ToList();
        foreach (var used in slots.Take(100))
        {
            cache.Use(used, Start);
        }

        cache.Evict(Start);
        Assert.Equal(100, cache.Count);
        Assert.All(slots.Take(100), slot => Assert.Same(slot, cache.Find(slot.Id)));
    }
}
