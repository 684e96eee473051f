using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Grains.Tests.Model;

public sealed class DerivedIdTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_words_give_the_same_id()
    {
        Assert.Equal(DerivedId.Of("alert", "a", 1), DerivedId.Of("alert", "a", 1));
        Assert.Equal(DerivedId.At(Noon, "alert", "a", 1), DerivedId.At(Noon, "alert", "a", 1));
    }

    [Fact]
    public void Purpose_key_version_and_time_each_make_another_id()
    {
        Guid[] ids =
        [
            DerivedId.Of("alert", "a", 1), DerivedId.Of("alert", "a", 2), DerivedId.Of("alert", "b", 1),
            DerivedId.Of("incident", "a", 1), DerivedId.At(Noon, "alert", "a", 1), DerivedId.At(Noon, "alert", "b", 1),
            DerivedId.At(Noon.AddMilliseconds(1), "alert", "a", 1),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Ids_with_a_time_sort_by_it_as_text()
    {
        var times = new[] { Noon.AddYears(-20), Noon, Noon.AddMilliseconds(1), Noon.AddSeconds(70), Noon.AddYears(30) };
        var ids = times.Select((at, n) => DerivedId.At(at, "alert", $"a{n}", 1).ToString()).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Every_id_is_a_version_8_uuid()
    {
        Assert.Equal(8, DerivedId.Of("alert", "a", 1).Version);
        Assert.Equal(8, DerivedId.At(Noon, "alert", "a", 1).Version);
    }
}
