using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>Alerts that name no entity, under the shipped configuration.</summary>
public sealed class GroupStories
{
    [Fact]
    public void Of_two_teams_with_one_alert_name_each_is_paged_for_its_own()
    {
        var story = SeedTeams.On(1, 6);
        void Send(string alias, string team) => story.Tell(
            new GrainId(GrainKind.Alert, alias),
            new AlertCommand.Receive(new Signal { Alias = alias, Message = "Backup failed", KeyTeam = team, Priority = Priority.P1 }));

        story.At("10:00", () => Send("ds-backup", "data-science")).At("10:01");
        var first = story.Told(brief: true);
        story.At("10:02", () => Send("infra-backup", "ml-infra")).At("10:03");

        Assert.Equal(["data-science", "ml-infra"], story.Incidents.Select(incident => incident.Team).Order());
        Assert.Contains("data-scientist", first, StringComparison.Ordinal);
        Assert.Contains("ml-infra", story.Told(brief: true), StringComparison.Ordinal);
    }
}
