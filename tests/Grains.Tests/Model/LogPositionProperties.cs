using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Model;

public sealed class LogPositionProperties
{
    [Fact]
    public void A_request_id_says_where_the_request_was_decided()
    {
        var positions =
            from partition in Gen.Choose(0, Partitions.Count - 1)
            from position in Numbers(61)
            from turn in Numbers(47)
            select new LogPosition(partition, position, turn);

        Prop.ForAll(positions.ToArbitrary(), position =>
        {
            var id = position.ToRequestId();
            Assert.Equal(8, id.Version);
            Assert.True(LogPosition.TryParse(id.ToString(), out var read), $"{id} is not read as a request id.");
            Assert.Equal(position, read);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_highest_of_each_fits()
    {
        var last = new LogPosition(255, (1L << 62) - 1, (1L << 48) - 1);

        Assert.True(LogPosition.TryParse(last.ToRequestId().ToString(), out var read));
        Assert.Equal(last, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("request")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("43ea2ba8-3cf4-4aeb-8f2c-45f8b4d5a1b0")]
    [InlineData("00000000-0001-8fff-8000-000000000001")]
    public void What_is_no_request_id_is_not_taken_for_one(string? text) =>
        Assert.False(LogPosition.TryParse(text, out _));

    /// <summary>Of any size up to that many bits.</summary>
    private static Gen<long> Numbers(int bits) =>
        from low in Gen.Choose(0, int.MaxValue)
        from high in Gen.Choose(0, int.MaxValue)
        from used in Gen.Choose(0, bits)
        select (((long)high << 31) | (uint)low) & ((1L << used) - 1);
}
