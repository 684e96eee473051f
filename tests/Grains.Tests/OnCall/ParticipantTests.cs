using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

public sealed class ParticipantTests
{
    public static readonly TheoryData<Participant, string> All = new()
    {
        { Participant.User("ann@example.com"), "ann@example.com" },
        { Participant.User("none"), "user:none" },
        { Participant.User("team:ml"), "user:team:ml" },
        { Participant.User("user:ann"), "user:user:ann" },
        { Participant.User("a:b"), "a:b" },
        { Participant.Team("ml"), "team:ml" },
        { Participant.Escalation("a:b"), "escalation:a:b" },
        { Participant.Nobody, "none" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void A_participant_is_read_as_it_is_written(Participant who, string text)
    {
        Assert.Equal(text, who.ToString());
        Assert.Equal(who, Participant.Parse(text));
    }
}
