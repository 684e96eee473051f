using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>The On-call table of the alert catalogue, row by row: who is paged when, until somebody answers.</summary>
public sealed class SeedLadderStories
{
    [Fact]
    public void ML_Infra_the_engineer_has_5_minutes_the_senior_until_10_the_manager_until_15_and_Monday_at_nine_hands_off()
    {
        var story = SeedTeams.On(1, 12).At("08:50", () => { });
        story.At("08:50", () => story.Fire("GPUNodeNotReady", entity: "node:gpu-7")).At("09:06");
        AssertTold(story, """
            08:50 ml-infra-engineer by log: step 1 of ml-infra: schedule ml-infra
            08:55 senior-ml-infra-engineer by log: step 2 of ml-infra: user senior-ml-infra-engineer
            09:00 ml-engineering-manager by log: step 3 of ml-infra: user ml-engineering-manager
            09:05 ml-infra-engineer by log: step 4 of ml-infra: team ml-infra
            09:05 ml-infra-engineer-2 by log: step 4 of ml-infra: team ml-infra
            09:05 senior-ml-infra-engineer by log: step 4 of ml-infra: team ml-infra
            09:05 ml-engineering-manager by log: step 4 of ml-infra: team ml-infra
            """);

        // The route of what is urgent climbs again after a quarter of an hour, and the week has changed hands.
        AssertTold(story.At("09:21"), """
            09:20 ml-infra-engineer-2 by log: step 1 of ml-infra: schedule ml-infra, climb 2
            """);
    }

    [Fact]
    public void ML_Platform_the_engineer_has_5_minutes_the_senior_until_10_the_lead_until_15()
    {
        var story = SeedTeams.On(1, 6);
        story.At("10:00", () => story.Fire("TrainingJobFailed", entity: "job:airflow/train_churn"))
            .At("10:07", () => story.Acknowledge("senior-platform-engineer@example.com"));
        AssertTold(story, """
            10:00 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform
            10:05 senior-platform-engineer by log: step 2 of ml-platform: user senior-platform-engineer
            """);
        AssertTold(story.At("17:00"), "");

        var unanswered = SeedTeams.On(1, 13);
        unanswered.At("10:00", () => unanswered.Fire("TrainingJobFailed")).At("10:11");
        AssertTold(unanswered, """
            10:00 ml-platform-engineer-2 by log: step 1 of ml-platform: schedule ml-platform
            10:05 senior-platform-engineer by log: step 2 of ml-platform: user senior-platform-engineer
            10:10 platform-lead by log: step 3 of ml-platform: user platform-lead
            """);
    }

    [Fact]
    public void Data_Science_the_scientist_has_10_minutes_the_senior_until_15_the_manager_until_20_and_every_day_hands_off()
    {
        var story = SeedTeams.On(1, 6);
        story.At("11:00", () => story.Fire("ModelAccuracyDrop")).At("11:21");
        AssertTold(story, """
            11:00 data-scientist-2 by log: step 1 of data-science: schedule data-science
            11:10 senior-data-scientist by log: step 2 of data-science: user senior-data-scientist
            11:15 ds-manager by log: step 3 of data-science: user ds-manager
            11:20 data-scientist by log: step 4 of data-science: team data-science
            11:20 data-scientist-2 by log: step 4 of data-science: team data-science
            11:20 senior-data-scientist by log: step 4 of data-science: team data-science
            11:20 ds-manager by log: step 4 of data-science: team data-science
            """);

        story.At("11:30", () => story.Clear()).At("2026-01-07 11:00", () => story.Fire("ModelAccuracyDrop"));
        AssertTold(story.At("11:01"), "11:00 data-scientist by log: step 1 of data-science: schedule data-science");
    }

    private static void AssertTold(Story story, string expected) => Assert.Equal(expected, story.Told(brief: true));
}
