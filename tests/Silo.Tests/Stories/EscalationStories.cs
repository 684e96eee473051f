using Correlation.Grains.Incidents;
using Correlation.Grains.Policy;
using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>
/// Escalations that meet something in the middle, to the minute. All of the shipped ML Platform team.
/// </summary>
public sealed class EscalationStories
{
    private const string Senior = "senior-platform-engineer@example.com";

    [Fact]
    public void An_hour_in_which_the_process_stood_still_then_the_overdue_step_at_once_and_the_others_at_their_distance(
        )
    {
        var story = Fired("10:00");
        story.At("10:01").Outage(TimeSpan.FromHours(1)).At("11:12");
        AssertTold(story, """
            10:00 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform
            11:01 senior-platform-engineer by log: step 2 of ml-platform: user senior-platform-engineer, late by 3355 s
            11:06 platform-lead by log: step 3 of ml-platform: user platform-lead
            11:11 ml-platform-engineer by log: step 4 of ml-platform: team ml-platform
            11:11 ml-platform-engineer-2 by log: step 4 of ml-platform: team ml-platform
            11:11 senior-platform-engineer by log: step 4 of ml-platform: team ml-platform
            11:11 platform-lead by log: step 4 of ml-platform: team ml-platform
            """);
    }

    [Fact]
    public void An_acknowledgement_just_before_the_step_prevents_it_and_one_in_its_instant_finds_it_made()
    {
        var before = Fired("10:00").At("10:01");
        before.Told();
        before.After(before.Incident.Ladder.NextAt!.Value - before.Now - TimeSpan.FromMilliseconds(1), () => before.Acknowledge(Senior)).At("10:30");
        AssertTold(before, "");

        var after = Fired("10:00").At("10:01");
        after.After(after.Incident.Ladder.NextAt!.Value - after.Now, () => after.Acknowledge(Senior)).At("10:30");
        AssertTold(after, """
            10:00 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform
            10:05 senior-platform-engineer by log: step 2 of ml-platform: user senior-platform-engineer
            """);
        Assert.Equal(IncidentStatus.Acknowledged, after.Incident.Status);
    }

    [Fact]
    public void Who_is_on_call_is_asked_at_the_step_also_over_a_hand_off_and_a_changed_schedule()
    {
        // The week changes hands at nine, between two climbs; then the schedule is changed.
        var story = SeedTeams.On(1, 12);
        story.At("08:40", () => story.Fire("TrainingJobFailed")).At("08:41");
        AssertTold(story, "08:40 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform");
        story.At("09:26");
        Assert.EndsWith(
            "09:25 ml-platform-engineer-2 by log: step 1 of ml-platform: schedule ml-platform, climb 2",
            story.Told(brief: true),
            StringComparison.Ordinal);

        var schedule = story.Policy.FindSchedule("ml-platform")!;
        var only = schedule with { Rotations = [schedule.Rotations[0] with { Participants = [Participant.User(Senior)] }] };
        story.Policy = story.Policy with { Version = 8, Schedules = [only] };
        story.At("10:11");
        Assert.EndsWith(
            "10:10 senior-platform-engineer by log: step 1 of ml-platform: schedule ml-platform, climb 3",
            story.Told(brief: true),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_ladder_is_climbed_by_what_opens_later_and_by_this_one_on_demand_from_where_it_is()
    {
        var story = Fired("10:00");
        story.At("10:01");
        story.Told();
        var ladder = story.Policy.FindEscalation("ml-platform")!;
        story.Policy = story.Policy with
        {
            Version = 8,
            Escalations = [ladder with { Steps = [ladder.Steps[0], ladder.Steps[2] with { Delay = TimeSpan.FromMinutes(2) }] }, .. story.Policy.Escalations.Where(e => e != ladder)],
        };
        story.At("10:06");
        AssertTold(
            story, "10:05 senior-platform-engineer by log: step 2 of ml-platform: user senior-platform-engineer");

        story.At("10:07", () => story.Say(new IncidentCommand.ReapplyEscalation(Senior, ""))).At("10:10");
        AssertTold(story, "10:09 platform-lead by log: step 2 of ml-platform: user platform-lead");
    }

    [Fact]
    public void Not_me_asks_the_next_one_at_once_and_the_one_after_at_the_distance_from_then()
    {
        var story = Fired("10:00");
        story.At("10:02", () => story.Say(new IncidentCommand.NotMe("ml-platform-engineer@example.com", "on a plane")))
            .At("10:08");
        AssertTold(story, """
            10:00 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform
            10:02 senior-platform-engineer by log: step 2 of ml-platform: user senior-platform-engineer
            10:07 platform-lead by log: step 3 of ml-platform: user platform-lead
            """);
    }

    [Theory]
    [InlineData("2026-03-29 01:58", 3, 29)]
    [InlineData("2026-10-25 02:58", 10, 25)]
    public void Over_a_clock_change_steps_keep_their_distance_in_real_minutes(string wall, int month, int day)
    {
        var story = new Story(
            SeedTeams.Policy, "Europe/Berlin", new DateTimeOffset(2026, month, day - 1, 12, 0, 0, TimeSpan.Zero));
        story.At(wall, () => story.Fire("TrainingJobFailed"));
        var opened = story.Now;
        story.After(TimeSpan.FromMinutes(16));
        Assert.Equal(
            [0, 5, 10, 15, 15, 15, 15],
            story.Incident.Pages.Select(page => Math.Floor((page.At - opened).TotalMinutes)));
    }

    [Fact]
    public void An_acknowledgement_that_expires_starts_the_climb_again()
    {
        var story = Fired("10:00");
        story.At("10:03", () => story.Acknowledge(Senior)).At("18:02");
        story.Told();
        AssertTold(story.At("18:04"), "18:03 ml-platform-engineer by log: step 1 of ml-platform: schedule ml-platform");
    }

    private static Story Fired(string wall)
    {
        var story = SeedTeams.On(1, 6);
        return story.At(wall, () => story.Fire("TrainingJobFailed"));
    }

    private static void AssertTold(Story story, string expected) => Assert.Equal(expected, story.Told(brief: true));
}
