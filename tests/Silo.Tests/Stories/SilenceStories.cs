using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.TestKit;
using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>Silences that end over what still burns: it pages, and who made the silence learns of it.</summary>
public sealed class SilenceStories
{
    private const string Lead = "platform-lead@example.com";

    [Fact]
    public void When_it_ends_over_what_still_fires_the_page_goes_out_and_its_author_is_told_whom_it_woke()
    {
        var story = Silenced(until: "11:00", Lead);
        story.At("10:05", () => story.Fire("TrainingJobFailed")).At("10:59");
        AssertTold(story, "");

        AssertTold(story.At("11:01"), """
            11:00 platform-lead by log: your silence (until the rerun) ended at 2026-01-06 10:00 UTC and this still fires: ml-platform-engineer is paged now
            11:00 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform
            """);
    }

    [Fact]
    public void When_it_is_ended_by_hand_its_author_is_told_as_well_and_once_for_an_incident()
    {
        var story = Silenced(until: "18:00", Lead);
        story.At("10:05", () => story.Fire("TrainingJobFailed"));
        story.At("10:06", () => story.Fire("TrainingJobFailed", alias: "b"));
        story.At("10:30", () => story.Tell(Id, new SilenceCommand.Expire("ml-platform-engineer@example.com")));

        Assert.Single(story.Incidents);
        AssertTold(story, """
            10:30 platform-lead by log: your silence (until the rerun) ended at 2026-01-06 09:30 UTC and this still fires: ml-platform-engineer is paged now
            10:30 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform
            """);
    }

    [Theory]
    [InlineData("ml-platform-engineer@example.com")]
    [InlineData("a script")]
    public void Who_is_paged_anyway_and_what_is_no_person_gets_no_note(string author)
    {
        var story = Silenced(until: "11:00", author);
        story.At("10:05", () => story.Fire("TrainingJobFailed")).At("11:01");

        AssertTold(story, "11:00 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform");
    }

    [Fact]
    public void When_somebody_has_the_incident_they_are_named()
    {
        var story = Silenced(until: "11:00", Lead);
        story.At("10:05", () => story.Fire("TrainingJobFailed"));
        story.At("10:30", () => story.Acknowledge("senior-platform-engineer@example.com")).At("11:01");

        AssertTold(
            story,
            "11:00 platform-lead by log: your silence (until the rerun) ended at 2026-01-06 10:00 UTC and this still fires: senior-platform-engineer has it");
    }

    [Fact]
    public void What_is_over_by_then_is_told_to_nobody()
    {
        var story = Silenced(until: "11:00", Lead);
        story.At("10:05", () => story.Fire("TrainingJobFailed")).At("10:20", () => story.Clear()).At("11:30");

        AssertTold(story, "");
    }

    [Theory]
    [InlineData("10:05", "10:06")]
    [InlineData("10:06", "10:05")]
    public void What_is_silenced_calls_nobody_of_its_own_ladder_before_the_silence_ends(string urgent, string other)
    {
        var story = Silenced(until: "10:20", "a script");
        var first = new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, "ml-engineering-manager@example.com"));
        story.Policy = story.Policy with
        {
            Escalations = story.Policy.Escalations.Add(new Escalation("for the manager", "", null, [first])),
            Teams = story.Policy.Teams.Select(team => team with { ByPriority = [new(Priority.P1, "for the manager")] }).ToValueList(),
        };
        void Urgent() => story.Fire("TrainingJobFailed", "urgent", Priority.P1);
        void Other() => story.Fire("BackupSlow", "other", Priority.P3, "model:m", ("team", "ml-platform"));
        story.At("10:05", urgent == "10:05" ? Urgent : Other).At("10:06", other == "10:06" ? Other : Urgent);

        AssertTold(story.At("10:09"), $"{other} ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform");
        Assert.Equal(Priority.P1, story.Incident.Priority);
        story.At("10:15");
        Assert.DoesNotContain("for the manager", story.Told(), StringComparison.Ordinal);
        Assert.Contains(
            "10:20 ml-engineering-manager by log: step 1 of for the manager: user ml-engineering-manager",
            story.At("10:21").Told(brief: true),
            StringComparison.Ordinal);
    }

    private static GrainId Id => new(GrainKind.Silence, "s-1");

    /// <summary>From ten.</summary>
    private static Story Silenced(string until, string author)
    {
        var story = SeedTeams.On(1, 6).At("10:00");
        var end = story.Now + (TimeOnly.ParseExact(until, "HH:mm", System.Globalization.CultureInfo.InvariantCulture) - new TimeOnly(10, 0));
        story.Tell(Id, new SilenceCommand.Set(new Silencing(
            "s-1", Policies.Match("{alertname=\"TrainingJobFailed\"}"), story.Now, end, author, "until the rerun")));
        return story;
    }

    private static void AssertTold(Story story, string expected) => Assert.Equal(expected, story.Told(brief: true));
}
