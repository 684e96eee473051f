using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class QuietHoursReaderTests
{
    [Fact]
    public void They_arrive_in_the_policy()
    {
        var read = With("{ priorities: [P3, P4], hours: ['22:00-08:00', 'saturday 08:00 - monday 08:00'], time_zone: Europe/Berlin, mode: email_only }");
        Assert.Empty(read.Problems);
        Assert.Equal(
            [
                new QuietHours(
                    [Priority.P3, Priority.P4],
                    [new(1320, 480), new(480, 480, NodaTime.IsoDayOfWeek.Saturday, NodaTime.IsoDayOfWeek.Monday)],
                    "Europe/Berlin",
                    QuietMode.EmailOnly),
            ],
            read.Policy!.FindTeam("other")!.QuietHours);
    }

    [Theory]
    [InlineData(
        "{ hours: '22:00-08:00', time_zone: UTC, mode: suppress }",
        "quiet_hours.priorities: is missing; allowed: at least one of P1, ")]
    [InlineData(
        "{ priorities: P3, time_zone: UTC, mode: suppress }",
        "quiet_hours.hours: is missing; allowed: 09:00-17:00 or ")]
    [InlineData(
        "{ priorities: P3, hours: '08:00-08:00', time_zone: UTC, mode: suppress }",
        "quiet_hours: never end for P3; allowed: a part of the day")]
    [InlineData(
        "{ priorities: P3, hours: ['08:00-20:00', '20:00-08:00'], time_zone: UTC, mode: suppress }",
        "never end for P3; allowed: a part of the day")]
    [InlineData("[{ priorities: [P3, P4], hours: '08:00-20:00', time_zone: Europe/Berlin, mode: suppress }, { priorities: [P4, P5], hours: '17:00-09:00', time_zone: UTC, mode: suppress }]", "never end for P4; allowed: a part of the day")]
    [InlineData(
        "{ priorities: P3, hours: '22-08', time_zone: UTC, mode: quiet }",
        "quiet_hours.mode: is not one of the words; allowed: email_only, suppress")]
    public void What_cannot_be_is_refused(string quiet, string expected) =>
        Assert.Contains(
            With(quiet).Problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    private static Silo.Configuration.ReadConfiguration With(string quiet)
    {
        using var folder = MinimalFolder.Create();
        folder.Write(
            "more.yaml", $"teams: [{{ name: other, members: [ann], escalation: ladder, quiet_hours: {quiet} }}]");
        return FolderReading.At(folder.Path);
    }
}
