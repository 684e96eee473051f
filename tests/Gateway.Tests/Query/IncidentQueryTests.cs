using Correlation.Gateway.Query;
using Correlation.Gateway.Query.Incidents;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class IncidentQueryTests
{
    private static readonly ApiKey All = new("all", "", ApiKeyType.Integration, Team: null, KeyRights.All);

    private static readonly PolicyVersion Policy = Policies.Small with
    {
        Teams = [new Team("dusk", "", "", [], "") { Formerly = ["evening", "night"] }],
    };

    [Theory]
    [InlineData("dusk", "dusk evening night")]
    [InlineData("night", "dusk evening night")]
    [InlineData("infra", "infra")]
    [InlineData(null, "")]
    public void A_team_is_asked_for_by_every_name_that_it_had(string? team, string asked) =>
        Assert.Equal(asked, string.Join(' ', new IncidentQuery { Team = team }.Read(new Fields(), All, Policy).Teams));

    [Theory]
    [InlineData(null)]
    [InlineData("infra")]
    public void A_team_s_key_asks_for_its_own_under_every_name(string? team)
    {
        var key = All with { Team = "dusk", FormerTeams = ["night"] };
        Assert.Equal(["dusk", "night"], new IncidentQuery { Team = team }.Read(new Fields(), key, Policy).Teams);
    }
}
