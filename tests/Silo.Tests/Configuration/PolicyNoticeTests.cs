using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Silo.Configuration;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class PolicyNoticeTests
{
    [Fact]
    public void The_first_is_named_and_the_others_are_counted_until_the_policy_changes()
    {
        var notice = new PolicyNotice(TimeProvider.System);
        Assert.Null(notice.Of(Policies.Small));
        var one = Policies.Small.With(Gone("night", "eve"));
        Assert.Equal("the team 'night' names user 'eve', which is not there", notice.Of(one));
        Assert.Equal(
            "the team 'night' names user 'eve', which is not there, and 1 more: see the log",
            notice.Of(one.With(Gone("noon", "bob"))));
        Assert.Null(notice.Of(Policies.Small));
    }

    [Fact]
    public void A_file_s_team_with_the_former_name_of_another_is_named()
    {
        var renamed = new Resource.OfTeam(new Team("dusk", "t-1", "", [], "") { Formerly = ["ml-platform"] });
        Assert.Equal(
            "the team 'ml-platform' has the name that the team 'dusk' had, and is meant by it",
            new PolicyNotice(TimeProvider.System).Of(Policies.Small.With(new PolicyChange.ResourceSet(renamed))));
    }

    private static PolicyChange.ResourceSet Gone(string team, string user) =>
        new(new Resource.OfTeam(new Team(team, "t-" + team, "", [new TeamMember(user, Admin: false)], "")));
}
