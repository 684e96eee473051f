using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>The quiet hours of the On-call table. Everybody has a phone that rings and an e-mail address.</summary>
public sealed class SeedQuietHoursStories
{
    [Theory]
    [InlineData("ml-infra", "ml-infra-engineer-2", "senior-ml-infra-engineer", "ml-engineering-manager")]
    [InlineData("ml-platform", "ml-platform-engineer-2", "senior-platform-engineer", "platform-lead")]
    public void From_22_to_8_what_is_P3_climbs_by_email_and_starts_its_ladder_by_phone_when_nobody_has_it(
        string team, string primary, string secondary, string manager)
    {
        var story = Loud(1, 13);
        story.At("22:30", () => story.Fire("FeatureStoreStale", labels: ("team", team))).At("22:42");
        AssertTold(story, $"""
            22:30 {primary} by mail: step 1 of {team}: schedule {team}
            22:35 {secondary} by mail: step 2 of {team}: user {secondary}
            22:40 {manager} by mail: step 3 of {team}: user {manager}
            """);
        story.At("2026-01-14 07:59");
        Assert.DoesNotContain(" by phone", story.Told(brief: true), StringComparison.Ordinal);
        story.At("08:06", () => story.Acknowledge(secondary + "@example.com"));
        AssertTold(story, $"""
            08:00 {primary} by phone: step 1 of {team}: schedule {team}
            08:05 {secondary} by phone: step 2 of {team}: user {secondary}
            """);
        AssertTold(story.At("15:00"), "");
    }

    [Theory]
    [InlineData("ml-infra", "ml-infra-engineer-2", "senior-ml-infra-engineer", Priority.P4)]
    [InlineData("ml-infra", "ml-infra-engineer-2", "senior-ml-infra-engineer", Priority.P5)]
    [InlineData("ml-platform", "ml-platform-engineer-2", "senior-platform-engineer", Priority.P4)]
    [InlineData("ml-platform", "ml-platform-engineer-2", "senior-platform-engineer", Priority.P5)]
    public void From_22_to_8_what_is_P4_or_P5_climbs_by_email_too_and_rings_when_they_end_or_it_rises(
        string team, string primary, string secondary, Priority priority)
    {
        var story = Loud(1, 13);
        story.At("21:59", () => story.Fire("Noise", "before", priority, "model:a", ("team", team)))
            .At("22:00", () => story.Acknowledge(primary + "@example.com"));
        Assert.Contains($"21:59 {primary} by phone", story.Told(brief: true), StringComparison.Ordinal);

        var night = Loud(1, 13);
        night.At("22:00", () => night.Fire("Noise", "night", priority, "model:b", ("team", team))).At("22:06");
        AssertTold(night, $"""
            22:00 {primary} by mail: step 1 of {team}: schedule {team}
            22:05 {secondary} by mail: step 2 of {team}: user {secondary}
            """);
        night.At("2026-01-14 07:59");
        Assert.DoesNotContain(" by phone", night.Told(brief: true), StringComparison.Ordinal);
        AssertTold(night.At("08:00"), $"08:00 {primary} by phone: step 1 of {team}: schedule {team}");

        var rising = Loud(1, 13);
        rising.At("23:00", () => rising.Fire("Noise", "low", priority, "model:c", ("team", team))).At("23:01");
        AssertTold(rising, $"23:00 {primary} by mail: step 1 of {team}: schedule {team}");
        rising.At("23:02", () => rising.Fire("Noise", "high", Priority.P2, "model:c", ("team", team)));
        AssertTold(rising, $"23:02 {primary} by phone: step 1 of {team}: schedule {team}");
    }

    [Theory]
    [InlineData("ml-infra")]
    [InlineData("ml-platform")]
    public void From_22_to_8_what_is_P2_rings_as_by_day(string team)
    {
        var story = Loud(1, 13);
        story.At("22:30", () => story.Fire("TrainingJobFailed", labels: ("team", team))).At("22:36");
        Assert.Equal(
            2, story.Told().Split('\n').Count(line => line.Contains(" by phone: step", StringComparison.Ordinal)));
    }

    [Fact]
    public void Data_Science_from_20_to_9_nobody_hears_of_P4_and_at_nine_what_is_open_starts_and_the_rest_is_a_digest()
    {
        var story = Loud(1, 13);
        story.At("20:00", () => story.Fire("Noise", "still", Priority.P4, "model:a", ("team", "data-science")));
        story.At("23:00", () => story.Fire("Noise", "over", Priority.P5, "model:b", ("team", "data-science")));
        story.At("2026-01-14 03:00", () => story.Clear("over")).At("08:59");
        AssertTold(story, "");
        Assert.Equal(
            2,
            story.History.Count(line =>
                line.Text.EndsWith(
                    "quiet hours of data-science until 2026-01-14 09:00 Europe/Berlin, nobody is paged",
                    StringComparison.Ordinal)));
        AssertTold(story.At("09:01"), """
            09:00 data-scientist-2 by phone: step 1 of data-science: schedule data-science, after quiet hours since 2026-01-13 19:00 UTC
            09:00 data-scientist-2 by mail: digest of quiet hours: 1 held back since 2026-01-13 22:00 UTC, resolved at 2026-01-14 02:00 UTC
            """);
    }

    [Fact]
    public void Data_Science_from_20_to_9_what_rises_to_P2_breaks_through_and_P3_rings_anyway()
    {
        var story = Loud(1, 13);
        story.At("21:00", () => story.Fire("Noise", "low", Priority.P4, "model:a", ("team", "data-science")))
            .At("21:30");
        AssertTold(story, "");
        story.At("21:30", () => story.Fire("ModelAccuracyDrop", "high", Priority.P2, "model:a", ("team", "data-science"))).At("21:31");
        AssertTold(story, "21:30 data-scientist by phone: step 1 of data-science: schedule data-science");

        var drift = Loud(1, 13);
        drift.At("21:00", () => drift.Fire("DataDriftDetected")).At("21:01");
        AssertTold(drift, "21:00 data-scientist by phone: step 1 of data-science: schedule data-science");
    }

    [Fact]
    public void A_call_that_a_persons_rule_says_for_later_and_that_falls_into_hours_without_pages_is_written_down_and_comes_when_they_end()
    {
        const string step = "step 1 of data-science: schedule data-science";
        var open = Loud(1, 13, ByPhoneLater);
        open.At("19:58", () => open.Fire("Noise", "still", Priority.P4, "model:a", ("team", "data-science"))).At("20:02");
        AssertTold(open, $"19:58 data-scientist by mail: {step}");
        Assert.Contains(
            open.History,
            line => line is { Type: "held back" } &&
                line.Text == $"Not paging data-scientist@example.com ({step}, by phone after 3m): quiet hours of data-science until 2026-01-14 09:00 Europe/Berlin, nobody is paged");
        open.At("2026-01-14 08:59");
        AssertTold(open, "");
        AssertTold(open.At("09:01"), $"09:00 data-scientist-2 by mail: {step}, after quiet hours since 2026-01-13 19:01 UTC");

        var over = Loud(1, 13, ByPhoneLater);
        over.At("19:58", () => over.Fire("Noise", "over", Priority.P4, "model:a", ("team", "data-science")));
        over.At("20:02", () => over.Clear("over")).Told();
        AssertTold(
            over.At("2026-01-14 09:01"),
            "09:00 data-scientist-2 by mail: digest of quiet hours: 1 held back since 2026-01-13 19:01 UTC, resolved at 2026-01-13 19:02 UTC");
    }

    [Fact]
    public void One_that_falls_into_hours_of_email_comes_by_email_and_the_ladder_starts_when_they_end()
    {
        const string step = "step 1 of ml-infra: schedule ml-infra";
        var story = Loud(1, 13, ByPhoneLater);
        story.At("21:58", () => story.Fire("Noise", "still", Priority.P4, "model:a", ("team", "ml-infra"))).At("22:02");

        AssertTold(story, $"""
            21:58 ml-infra-engineer-2 by mail: {step}
            22:01 ml-infra-engineer-2 by mail: {step}, by phone after 3m
            """);
        story.At("2026-01-14 07:59");
        Assert.DoesNotContain(" by phone: ", story.Told(), StringComparison.Ordinal);
        AssertTold(story.At("08:04"), $"""
            08:00 ml-infra-engineer-2 by mail: {step}
            08:03 ml-infra-engineer-2 by phone: {step}, by phone after 3m
            """);
    }

    [Fact]
    public void In_the_night_summer_time_begins_they_end_at_the_same_time_on_the_wall()
    {
        var story = new Story(LoudPolicy, "Europe/Berlin", new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero));
        story.At("2026-03-29 00:30", () => story.Fire("Noise", "still", Priority.P4, "model:a", ("team", "data-science"))).At("09:00");
        Assert.StartsWith("09:00 data-scientist", story.Told(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromHours(7.5), story.Now - story.Incident.OpenedAt);
    }

    /// <summary>The shipped people with contacts of two kinds.</summary>
    private static PolicyVersion LoudPolicy { get; } = SeedTeams.Policy with
    {
        Channels = [new Channel("phone", "webhook", Labels.Empty), new Channel("mail", "email", Labels.Empty)],
        Users = SeedTeams.Policy.Users
            .Select(user =>
                user with { Contacts = [new DeliveryTarget("phone", ""), new DeliveryTarget("mail", user.Name)] })
            .ToValueList(),
    };

    private static ValueList<NotificationRule> ByPhoneLater { get; } =
        [new NotificationRule([Priority.P4], [new("mail", TimeSpan.Zero), new("phone", TimeSpan.FromMinutes(3))])];

    private static Story Loud(int month, int day, ValueList<NotificationRule>? rules = null)
    {
        var story = SeedTeams.On(month, day);
        story.Policy = LoudPolicy with { Users = LoudPolicy.Users.Select(user => user with { Rules = rules ?? [] }).ToValueList() };
        return story;
    }

    private static void AssertTold(Story story, string expected) => Assert.Equal(expected, story.Told(brief: true));
}
