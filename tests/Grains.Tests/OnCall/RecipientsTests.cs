using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Policy;

public sealed class RecipientsTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    private static readonly PolicyVersion Policy = Policies.Small with
    {
        Teams = [new Team("four", "t", "", [.. new[] { "a", "b", "c", "d" }.Select((n, i) => new TeamMember(n, i % 2 == 0))], "ladder")],
        Users = [.. new[] { "a", "b", "c", "d" }.Select(n => new User(n, n, "UTC", n == "b" ? [] : [new DeliveryTarget("log", "")]))],
    };

    [Fact]
    public void Admins_are_the_members_that_administer_the_team() =>
        Assert.Equal(["a", "c"], Paged(StepTargetType.Admins));

    [Fact]
    public void Who_cannot_be_reached_is_named_with_the_reason() => Assert.Equal(
        new Recipient("b", [], "no contact is configured"),
        Recipients.Of(Policy, new(StepTargetType.Team, "four"), At, [], [], "").Single(r => r.Who == "b"));

    [Fact]
    public void A_random_member_is_one_who_can_be_paged_and_the_same_for_the_same_draw()
    {
        var drawn = Enumerable.Range(0, 100)
            .Select(i => Assert.Single(Paged(StepTargetType.Random, draw: $"{i}")))
            .ToList();

        Assert.Equal(["a", "c", "d"], drawn.Distinct().Order());
        Assert.Equal(drawn, Enumerable.Range(0, 100).Select(i => Paged(StepTargetType.Random, draw: $"{i}")[0]));
        Assert.All(Paged(StepTargetType.Random, ["A", "c"]), name => Assert.Equal("d", name));
    }

    [Fact]
    public void Next_and_previous_are_the_turns_around_those_on_call()
    {
        var weekly = Policies.Small.Schedules[0];
        var policy = Policy with
        {
            Schedules = [weekly with { Rotations = [weekly.Rotations[0] with { Participants = [.. new[] { "a", "c", "d" }.Select(Participant.User)] }] }],
        };

        string Who(StepTargetType type) => Assert.Single(Recipients.Of(policy, new(type, "weekly"), At, [], [], "")).Who;

        string[] order = ["a", "c", "d", "a", "c"];
        var now = Array.IndexOf(order, Who(StepTargetType.Schedule), 1);
        Assert.Equal((order[now - 1], order[now + 1]), (Who(StepTargetType.Previous), Who(StepTargetType.Next)));
    }

    [Fact]
    public void A_team_that_is_gone_means_nobody() =>
        Assert.Empty(Recipients.Of(Policy, new(StepTargetType.Random, "gone"), At, [], [], ""));

    [Fact]
    public void Nobody_is_drawn_again_while_others_were_not_asked_and_then_those_who_were_least()
    {
        List<string> asked = [];
        for (var climb = 0; climb < 30; climb++)
        {
            asked.Add(Assert.Single(Paged(StepTargetType.Random, draw: $"{climb}", asked: asked)));
        }

        Assert.All(asked.Chunk(3), round => Assert.Equal(["a", "c", "d"], round.Order()));
    }

    private static List<string> Paged(
        StepTargetType type, string[]? passedOn = null, string draw = "x", IEnumerable<string>? asked = null) =>
        [.. Recipients.Of(Policy, new(type, "four"), At, passedOn ?? [], asked ?? [], draw).Where(r => r.NotPaged is null).Select(r => r.Who)];
}
