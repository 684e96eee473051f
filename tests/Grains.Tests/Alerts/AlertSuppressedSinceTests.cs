using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>By it an incident knows whether anybody was told of the alert before it was held back.</summary>
public sealed class AlertSuppressedSinceTests
{
    [Fact]
    public void It_is_the_beginning_of_all_that_holds_it_back_without_a_break()
    {
        var first = new Silencing("s1", Policies.Match("{}"), Start.AddMinutes(1), Start.AddMinutes(10), "ann", "");
        var second = first with { Id = "s2", StartsAt = Start.AddMinutes(5), EndsAt = Start.AddMinutes(20) };
        var policy = Small with { Silences = [first, second] };

        AlertState At(AlertState state, int minute) => After(
            state, new AlertCommand.Reconsider(), Start.AddMinutes(minute), policy);
        var held = At(At(HeldAlert, 1), 12);

        Assert.Equal((Start.AddMinutes(1), 1), (held.SuppressedSince, held.SuppressedBy.Count));
        Assert.Equal(
            (Start.AddMinutes(1), HeldAlert.CreatedAt), (MemberOf(held).SuppressedSince, MemberOf(held).OpenedAt));
        Assert.Null(At(held, 21).SuppressedSince);
    }
}
