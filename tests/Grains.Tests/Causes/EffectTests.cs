using Correlation.Grains.Causes;
using Xunit;

namespace Correlation.Grains.Tests.Causes;

public sealed class EffectTests
{
    private static readonly Effect None = new("model", "drift", "model:a", 0);

    [Fact]
    public void Alerts_of_one_entity_count_once_until_the_last_of_them_has_gone()
    {
        var two = None.With("model:a").With("model:a").With("model:b");
        Assert.Equal(2, two.Count);

        Assert.Equal(2, two.Without("model:a").Count);
        Assert.Equal([new IllEntity("model:b", 1)], two.Without("model:a").Without("model:a").Entities);
        Assert.Equal(1, two.Without("model:a").Without("model:a").Count);
    }

    [Fact]
    public void Alerts_without_an_entity_count_each()
    {
        var unnamed = new Effect("", "drift", "", 0).With("").With("");

        Assert.Equal((2, 0), (unnamed.Count, unnamed.Entities.Count));
        Assert.Equal(1, unnamed.Without("").Count);
    }

    [Fact]
    public void One_that_has_gone_is_not_named()
    {
        Assert.Equal("model:b", None.With("model:a").With("model:b").Without("model:a").Entity);

        var names = Enumerable.Range(0, 17).Select(n => $"model:{n}").ToList();
        var last = names.Take(16)
            .Aggregate(
                names.Aggregate(None, (effect, name) => effect.With(name)), (effect, name) => effect.Without(name));
        Assert.Equal((1, ""), (last.Count, last.Entity));
    }

    [Fact]
    public void Of_very_many_what_came_is_what_goes()
    {
        var names = Enumerable.Range(0, 100).Select(n => $"model:{n}").ToList();
        var many = names.Aggregate(None, (effect, name) => effect.With(name));

        Assert.Equal((100, 16), (many.Count, many.Entities.Count));
        Assert.Equal(
            (0, 0),
            names.Aggregate(many, (effect, name) => effect.Without(name)) is var none
                ? (none.Count, none.Entities.Count)
                : default);
    }
}
