using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class TeamReaderTests
{
    [Theory]
    [InlineData("room", "room")]
    [InlineData("none", "none")]
    public void Whom_a_team_wants_told_of_its_symptoms_arrives_in_the_policy(string inform, string expected)
    {
        var read = With(inform);
        Assert.Empty(read.Problems);
        Assert.Equal(expected, read.Policy!.FindTeam("other")!.Inform);
    }

    [Theory]
    [InlineData("push", "inform: is a channel of type ntfy, which pages; allowed: none, or a channel of type webhook")]
    [InlineData("rom", "inform: ")]
    public void What_would_ring_or_is_no_channel_is_refused(string inform, string expected) =>
        Assert.Contains(
            With(inform).Problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    private static Silo.Configuration.ReadConfiguration With(string inform)
    {
        using var folder = MinimalFolder.Create();
        folder.Write(
            "more.yaml",
            $$"""
            channels: [{ name: room, type: slack_webhook, url: 'http://chat.example.org/x' }, { name: push, type: ntfy }]
            teams: [{ name: other, members: [ann], escalation: ladder, inform: {{inform}} }]
            """);
        return FolderReading.At(folder.Path);
    }
}
