using Correlation.Grains.Incidents;
using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>One alert that comes and goes, under the shipped configuration: it is told as one that stays.</summary>
public sealed class FlappingStories
{
    [Fact]
    public void Up_and_down_every_minute_it_makes_one_page_per_step_as_if_it_had_fired_all_the_time()
    {
        var steady = SeedTeams.On(1, 6);
        steady.At("10:00", () => steady.Fire("TrainingJobFailed")).At("10:24");

        var flapping = Flap(SeedTeams.On(1, 6), until: 24);

        Assert.Equal(Told(steady), Told(flapping));
        Assert.Single(flapping.Incidents);
    }

    [Fact]
    public void Once_somebody_has_it_no_further_opening_pages_anybody()
    {
        var story = SeedTeams.On(1, 6);
        story.At("10:00", () => story.Fire("TrainingJobFailed")).At("10:01");
        Assert.Single(Told(story));

        story.At("10:02", () => story.Clear());
        story.At("10:03", () => story.Fire("TrainingJobFailed"));
        story.At("10:03", () => story.Acknowledge("ml-platform-engineer@example.com"));
        for (var minute = 4; minute < 40; minute += 2)
        {
            story.At($"10:{minute:00}", () => story.Clear());
            story.At($"10:{minute + 1:00}", () => story.Fire("TrainingJobFailed"));
        }

        Assert.Empty(Told(story));
        Assert.Equal(IncidentStatus.Acknowledged, story.Incident.Status);
    }

    private static Story Flap(Story story, int until)
    {
        for (var minute = 0; minute < until; minute += 2)
        {
            story.At($"10:{minute:00}", () => story.Fire("TrainingJobFailed"));
            story.At($"10:{minute + 1:00}", () => story.Clear());
        }

        return story;
    }

    /// <summary>Who by which step, without the time.</summary>
    private static List<string> Told(Story story) =>
        [.. story.Told(brief: true).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[6..])];
}
