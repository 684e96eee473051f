using Correlation.Grains.Incidents;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>Why those were not paged whose step did not come.</summary>
public sealed class NotClimbedTests
{
    [Fact]
    public void Steps_that_an_acknowledgement_passed_over_are_told_and_those_that_go_on_are_not()
    {
        var acknowledged = IncidentFlappingTests.AcknowledgedUntilClosed();

        Assert.Equal([2], StepsOf(acknowledged));

        var resolved = After(acknowledged, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(3));
        Assert.Equal([2, 3, 3], StepsOf(resolved));

        var climbed = After(acknowledged, Timer("step"), Start.AddMinutes(10));
        Assert.Equal(
            [2], StepsOf(After(climbed, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(11))));

        static IEnumerable<int> StepsOf(IncidentState state) => NotClimbed.Of(state, Small).Select(d => d.Step);
    }

    [Fact]
    public void They_are_those_of_the_time_and_the_policy_in_which_it_was_taken_in_hand()
    {
        var at = Start.AddMinutes(1);
        var second = Small with { Version = 2, Users = [Small.Users[0]] };
        var acknowledged = After(PagedIncident, Person(new IncidentCommand.Acknowledge("ann", "")), at, second);

        Assert.Equal(new Stopped(at, 2), acknowledged.Stopped);
        var decision = NotClimbed.Of(acknowledged, second)[0];
        Assert.Equal(
            (at, 2L, "acknowledged by ann before step 2 of ladder came"),
            (decision.At, decision.PolicyVersion, decision.Reason));
    }
}
