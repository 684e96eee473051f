using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// People who have a telephone that rings and nothing else. A mailbox takes a call too: only a key says that somebody
/// is there.
/// </summary>
public sealed class IncidentVoiceTests
{
    [Fact]
    public void While_nobody_presses_a_key_nobody_was_reached_and_nothing_is_closed_for_it()
    {
        var policy = Reaching("voice") with { Escalations = [Small.Escalations[0] with { Repeat = new(TimeSpan.FromMinutes(20), 0, false, ClosesAfterAll: true) }] };
        var state = OpenedBy(FirstMember, policy);
        var at = Start;
        for (var rounds = 0; rounds < 120; rounds++)
        {
            var due = state.Timers.Where(timer => timer.Name is "step" or "answer").MinBy(timer => timer.Due)!;
            at = due.Due > at ? due.Due : at;
            state = Arrived(After(state, Timer(due.Name), at, policy), policy, TimeSpan.FromMinutes(2));
            Assert.Equal((IncidentStatus.Open, false), (state.Status, state.Ladder.HasArrived));
        }

        Assert.True(at > Start.AddHours(1), $"The ladder is at {at:O} only.");
        Assert.All(
            state.Pages.Where(page => page.AnswerBy is null), page => Assert.Equal(DeliveryState.Failed, page.State));
    }

    [Theory]
    [InlineData("voice", true)]
    [InlineData("webhook", false)]
    public void Who_was_called_is_paged_again_by_the_team_that_gets_the_incident_and_who_has_a_message_is_not(
        string type, bool again)
    {
        var policy = Reaching(type);
        var taken = After(
            CalledIncident, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(1), policy);
        var back = After(taken, Person(new IncidentCommand.Unacknowledge("ann", "")), Start.AddMinutes(1), policy);
        var moved = back with { Ladder = back.Ladder with { SkipsPaged = true } };

        var stepped = After(moved, Timer("step"), Start.AddMinutes(1), policy);

        Assert.Equal(again ? 2 : 1, stepped.Pages.Count);
    }

    private static PolicyVersion Reaching(string type) => Small with
    {
        Channels = Small.Channels.Select(channel => channel with { Type = type }).ToValueList(),
    };
}
