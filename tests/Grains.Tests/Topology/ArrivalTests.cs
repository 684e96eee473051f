using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

public sealed class ArrivalTests
{
    private static readonly PolicyVersion Explained = Policies.Small with
    {
        Kinds =
        [
            Policies.Small.Kinds[0] with { Name = "drift", CausedBy = [new Explanation("stale", Hours(1, 4))] },
            Policies.Small.Kinds[0] with { Name = "accuracy", CausedBy = [new Explanation("stale", Hours(2, 48)), new Explanation("drift", Hours(0, 90))] },
        ],
    };

    [Fact]
    public void Edges_that_all_have_a_lag_say_it_and_else_the_kinds_do()
    {
        var far = new Reach("model:m", 1, ["feature_view:f", "model:m"], 1, null);
        Assert.Equal(Hours(1, 48), Arrival.Of(far, "stale", Explained));
        Assert.Equal(Hours(3, 5), Arrival.Of(far with { Lag = Hours(3, 5) }, "stale", Explained));
        Assert.Null(Arrival.Of(far, "latency", Explained));
        Assert.Null(Arrival.Of(far, "", Explained));
    }

    private static LagRange Hours(int min, int max) => new(TimeSpan.FromHours(min), TimeSpan.FromHours(max));
}
