using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class TurnItemsTests
{
    private static readonly GrainId Owner = new(GrainKind.Incident, "i");

    [Fact]
    public void A_row_that_changes_twice_is_written_once_as_it_is_in_the_end()
    {
        var items = new TurnItems();
        items.Add(Owner, new ItemChange("members", "a", "1"));
        items.Add(Owner, new ItemChange("members", "b", "1"));
        items.Add(Owner, new ItemChange("members", "a", null));
        items.Add(Owner, new ItemChange("members", "b", "2"));
        Assert.Equal(
            [(Owner, new ItemChange("members", "a", null)), (Owner, new ItemChange("members", "b", "2"))],
            items.All);
    }
}
