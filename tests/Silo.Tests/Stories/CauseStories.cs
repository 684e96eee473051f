using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>What the product exists for, told in order on virtual time.</summary>
public sealed class CauseStories
{
    private static readonly DateTimeOffset Start = new(2026, 1, 12, 10, 0, 0, TimeSpan.Zero);

    private static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_stale_feature_view_drift_and_a_quality_drop_are_one_incident_of_the_features_owner()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("features-stale", "stale", entity: "feature_view:user_stats"))
            .At("12:00", () => story.Fire("drift", "drift", entity: "model:churn_model"))
            .At("14:00", () => story.Fire("quality-drop", "quality", entity: "model:churn_model"))
            .At("14:05");

        var incident = story.Incident;
        Assert.Equal(3, incident.MemberCount);
        Assert.Equal(
            "`feature_view:user_stats` stale 4 h -> `model:churn_model` drifting, `model:churn_model` losing quality",
            incident.Title);
        Assert.Equal(("platform", Priority.P2), (incident.Team, incident.Priority));
        var cause = incident.Cause!;
        Assert.Equal(
            ("feature_view:user_stats", "features-stale", "stale", true, Grade.Certain),
            (cause.Entity, cause.Kind, cause.Alias, cause.Observed, cause.Grade));
        Assert.Equal("features-stale", cause.Candidates[0].Kind);
        Assert.DoesNotContain(Town.Science, story.Told());
        Assert.Equal(
            $"12:00 {Town.Science} by log: for the information of science, which owns a symptom: the cause is feature_view:user_stats, and platform is paged",
            story.Informed());
    }

    [Fact]
    public void A_node_that_is_down_explains_its_slow_endpoints_whichever_came_first()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("latency", "slow-1", entity: "endpoint:churn"));
        story.After(TimeSpan.FromMilliseconds(300), () => story.Fire("node-down", "node", entity: "node:gpu-7"));
        story.After(TimeSpan.FromMilliseconds(300), () => story.Fire("latency", "slow-2", entity: "endpoint:ltv"));
        story.After(Minute);

        Assert.Single(story.Incidents);
        Assert.Equal("`node:gpu-7` down -> 2 endpoints slow", story.Incident.Title);
        Assert.Equal("infra", story.Incident.Team);
        Assert.Equal("10:00 infra@example.org by log: step 1 of infra: user infra@example.org", story.Told());
    }

    [Fact]
    public void Several_alerts_of_one_entity_are_one_in_the_title()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("node-down", "node", entity: "node:gpu-7"));
        story.After(TimeSpan.FromMilliseconds(300), () => story.Fire("latency", "slow-p50", entity: "endpoint:ltv"));
        story.After(TimeSpan.FromMilliseconds(300), () => story.Fire("latency", "slow-p99", entity: "endpoint:ltv"));
        story.After(TimeSpan.FromSeconds(5));
        Assert.Equal("`node:gpu-7` down -> `endpoint:ltv` slow", story.Incident.Title);

        story.After(TimeSpan.FromSeconds(5), () => story.Fire("latency", "slow-churn", entity: "endpoint:churn"));
        story.After(Minute);
        Assert.Equal("`node:gpu-7` down -> 2 endpoints slow", story.Incident.Title);
    }

    [Fact]
    public void A_cause_that_is_found_after_the_page_moves_the_ladder_to_its_owner_with_one_page()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("latency", "slow", entity: "endpoint:churn"))
            .At("10:02", () => story.Fire("node-down", "node", entity: "node:gpu-7"))
            .At("10:08");

        Assert.Equal("node", story.Incident.Cause!.Alias);
        Assert.Equal("infra", story.Incident.Team);
        Assert.Equal(
            """
            10:00 science@example.org by log: step 1 of science: user science@example.org
            10:02 infra@example.org by log: step 1 of infra: user infra@example.org
            """, story.Told());
    }

    [Fact]
    public void Who_has_acknowledged_keeps_it_when_the_cause_is_found_and_nobody_else_is_paged()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("latency", "slow", entity: "endpoint:churn"))
            .At("10:01", () => story.Acknowledge(Town.Science));
        story.Told();
        story.At("10:02", () => story.Fire("node-down", "node", entity: "node:gpu-7")).At("10:30");

        Assert.Equal(
            (IncidentStatus.Acknowledged, Town.Science), (story.Incident.Status, story.Incident.AcknowledgedBy));
        Assert.Equal("", story.Told());
        Assert.Equal("`node:gpu-7` down -> `endpoint:churn` slow", story.Incident.Title);
        Assert.Contains(
            story.History, line => line.Text == "The cause is infra's; science@example.org has the incident in hand");
    }

    [Fact]
    public void Two_incidents_that_paged_become_one_when_their_cause_is_found_and_nobody_is_paged_twice()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("latency", "slow-1", entity: "endpoint:churn"))
            .At("10:01", () => story.Fire("latency", "slow-2", entity: "model:other"))
            .At("10:03", () => story.Fire("node-down", "node", entity: "node:gpu-7"))
            .At("10:04", () => story.Fire("latency", "slow-3", entity: "endpoint:ranker"))
            .At("10:09");

        Assert.Equal(2, story.Incidents.Count(i => i.Status != IncidentStatus.Merged));
        var incident = story.Incidents.Single(i => i.Cause?.Alias == "node" && i.Status != IncidentStatus.Merged);
        Assert.Equal(3, incident.MemberCount);
        Assert.Equal(story.Incidents.Min(i => i.OpenedAt), incident.OpenedAt);
        Assert.Single(story.Told().Split('\n'), line => line.Contains(Town.Infra, StringComparison.Ordinal));
    }

    [Fact]
    public void An_ancestor_that_nobody_observed_is_suspected_and_gives_way_to_one_that_was()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("latency", "slow-1", entity: "endpoint:churn"))
            .At("10:01", () => story.Fire("latency", "slow-2", entity: "endpoint:ltv"))
            .At("10:02");
        var suspected = story.Incident.Cause!;
        Assert.Equal(("node:gpu-7", false, ""), (suspected.Entity, suspected.Observed, suspected.Alias));
        Assert.Equal("`node:gpu-7` suspected -> 2 endpoints slow", story.Incident.Title);

        story.At("10:04", () => story.Fire("node-down", "node", entity: "node:gpu-7")).At("10:05");
        Assert.Equal(
            ("node:gpu-7", true, "node"),
            (story.Incident.Cause!.Entity, story.Incident.Cause.Observed, story.Incident.Cause.Alias));
        Assert.Equal(3, story.Incident.MemberCount);
    }

    /// <summary>
    /// Lineage does not know that it runs on the node: that most of its pool are slow because of it says so.
    /// </summary>
    [Fact]
    public void What_shares_a_pool_with_what_a_node_explains_goes_there_too_and_pages_nobody_else()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("node-down", "node", entity: "node:gpu-7"));
        foreach (var (minute, endpoint) in new[] { (1, "churn"), (2, "ltv"), (3, "ranker"), (4, "nobody-linked") })
        {
            story.At(
                $"10:0{minute}",
                () =>
                    story.Fire(
                        "latency", "slow-" + endpoint, entity: "endpoint:" + endpoint, labels: ("node_pool", "a100")));
        }

        story.At("10:09", () => story.Fire("latency", "elsewhere", entity: "endpoint:elsewhere", labels: ("node_pool", "t4"))).At("10:10");

        var incident = story.Incidents.MinBy(i => i.OpenedAt)!;
        Assert.Equal(("node", 5), (incident.Cause!.Alias, incident.MemberCount));
        Assert.Equal(2, story.Incidents.Count(i => i.Status != IncidentStatus.Merged));
        Assert.Equal(["10:00 infra", "10:09 science"], story.Told().Split('\n').Select(line => line.Split('@')[0]));
    }

    [Fact]
    public void One_ill_endpoint_of_three_puts_no_suspicion_on_the_node()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("latency", "slow-1", entity: "endpoint:churn"))
            .At("10:01", () => story.Fire("latency", "slow-2", entity: "endpoint:other"))
            .At("10:02");

        Assert.Equal(2, story.Incidents.Count());
        Assert.All(story.Incidents, incident => Assert.Equal(Grade.Unknown, incident.Cause!.Grade));
    }

    [Fact]
    public void A_change_of_a_model_is_the_cause_of_what_follows_it()
    {
        var story = Begin();
        story.At("10:00", () => story.Tell(
            new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.Changed("promoted", "v13", "churn_model 13 promoted", Start)))
            .At("10:20", () => story.Fire("latency", "slow", entity: "endpoint:churn"))
            .At("10:25", () => story.Fire("quality-drop", "quality", entity: "model:churn_model"))
            .At("10:30");

        Assert.Equal(("model:churn_model", "promoted", "", true), (
            story.Incident.Cause!.Entity, story.Incident.Cause.Kind, story.Incident.Cause.Alias, story.Incident.Cause.Observed));
        Assert.Equal(2, story.Incident.MemberCount);
    }

    /// <summary>
    /// A service that is deployed every few hours: the latest is the likeliest cause, not the first of the week.
    /// </summary>
    [Fact]
    public void The_latest_of_many_changes_explains_what_follows_it()
    {
        var story = Begin();
        for (var i = 1; i <= 8; i++)
        {
            var number = i;
            story.At($"{9 + i}:30", () => story.Tell(
                new GrainId(GrainKind.Entity, "endpoint:churn"),
                new EntityCommand.Changed("promoted", "v" + number, $"Version {number}", story.Now)));
        }

        story.At("17:40", () => story.Fire("latency", "slow", entity: "endpoint:churn")).At("17:45");

        Assert.StartsWith("`endpoint:churn` promoted", story.Incident.Title, StringComparison.Ordinal);
        Assert.Equal("Version 8", story.Alerts.Single().Causes!.Parent!.Title);
    }

    /// <summary>
    /// Its change led nobody there: what is over has nothing to do with what follows the change a day later.
    /// </summary>
    [Fact]
    public void What_follows_a_change_opens_no_incident_again_that_had_another_cause()
    {
        var story = Begin();
        story.At("10:00", () => story.Tell(
                new GrainId(GrainKind.Entity, "endpoint:churn"), new EntityCommand.Changed("promoted", "v1", "Version 1", story.Now)))
            .At("10:01", () => story.Fire("features-stale", "other", entity: "endpoint:churn"))
            .At("10:30", () => story.Clear("other"))
            .At("16:00", () => story.Fire("latency", "slow", entity: "endpoint:churn"))
            .At("16:05");

        Assert.Equal("Version 1", story.Alerts.Single(a => a.Alias == "slow").Causes!.Parent!.Title);
        Assert.Equal(2, story.Incidents.Count());
        Assert.Equal(IncidentStatus.Resolved, story.Incidents.MinBy(i => i.OpenedAt)!.Status);
    }

    [Fact]
    public void A_change_that_was_over_at_once_gathers_what_follows_it_on_several_entities()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("promoted", "v13", entity: "feature_view:user_stats"))
            .At("10:01", () => story.Clear("v13"))
            .At("11:00", () => story.Fire("quality-drop", "q1", entity: "model:churn_model"))
            .At("11:05", () => story.Fire("quality-drop", "q2", entity: "model:ltv"))
            .At("11:09");

        Assert.Equal((IncidentStatus.Open, 3), (story.Incident.Status, story.Incident.MemberCount));
        Assert.Equal(
            ("feature_view:user_stats", "promoted"), (story.Incident.Cause!.Entity, story.Incident.Cause.Kind));
        Assert.Single(story.Told().Split('\n'));
    }

    [Fact]
    public void A_cause_that_was_over_long_before_still_gathers_what_follows_it()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("job-failed", "job", entity: "job:load"))
            .At("10:10", () => story.Clear("job"))
            .At("12:00", () => story.Fire("features-stale", "s1", entity: "feature_view:user_stats"))
            .At("12:20", () => story.Fire("features-stale", "s2", entity: "feature_view:user_clicks"))
            .At("12:30");

        var open = story.Incidents.Single(i => i.Status == IncidentStatus.Open);
        Assert.Equal(2, open.MemberCount);
        Assert.Equal(("job:load", "job"), (open.Cause!.Entity, open.Cause.Alias));
    }

    [Fact]
    public void An_alert_that_comes_back_soon_goes_where_it_was()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("node-down", "node", entity: "node:gpu-7"))
            .At("10:01", () => story.Fire("latency", "slow", entity: "endpoint:churn"))
            .At("10:05", () => story.Clear("slow"))
            .At("10:10", () => story.Fire("odd", "slow", entity: "endpoint:churn"))
            .At("10:12");

        Assert.Single(story.Incidents);
    }

    [Fact]
    public void A_quality_drop_days_after_its_cause_was_resolved_is_a_late_member_and_pages_nobody()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("features-stale", "stale", entity: "feature_view:user_stats"))
            .At("12:00", () => story.Clear("stale"));
        story.Told();
        story.At("2026-01-15 10:00", () => story.Fire("quality-drop", "quality", entity: "model:churn_model"))
            .At("11:00");

        Assert.Equal((IncidentStatus.Resolved, 2), (story.Incident.Status, story.Incident.MemberCount));
        Assert.Equal("", story.Told());
        Assert.Equal(["late"], story.Incident.FirstMembers.Single(m => m.Alias == "quality").SuppressedBy);
    }

    [Fact]
    public void What_a_person_takes_out_is_not_joined_to_that_incident_again_by_the_same_cause_or_another()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("node-down", "node", entity: "node:gpu-7"))
            .At("10:01", () => story.Fire("latency", "slow", entity: "endpoint:churn"))
            .At("10:02");
        var slow = story.Incident.FirstMembers.Single(m => m.Alias == "slow");
        story.At("10:03", () => story.Say(new IncidentCommand.Unlink(slow.AlertId, "slow", "ann", "")))
            .At("10:04", () => story.Fire("latency", "slow-2", entity: "endpoint:ltv"))
            .At("10:05", () => story.Fire("node-down", "node-again", entity: "node:gpu-7"))
            .At("10:30");

        Assert.Equal(2, story.Incidents.Count(i => i.Status == IncidentStatus.Open));
        Assert.Equal(
            "slow", story.Incidents.Single(i => i.Status == IncidentStatus.Open && i.MemberCount == 1).Cause!.Alias);
    }

    [Fact]
    public void A_better_cause_takes_its_whole_subtree_along()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("quality-drop", "quality", entity: "model:churn_model"))
            .At("10:01", () => story.Fire("drift", "drift", entity: "model:churn_model"))
            .At("10:02", () => story.Fire("features-stale", "stale", entity: "feature_view:user_stats"))
            .At("10:03", () => story.Fire("table-stale", "table", entity: "table:users"))
            .At("10:04", () => story.Fire("job-failed", "job", entity: "job:load"))
            .At("10:05");

        Assert.Equal("job", story.Incident.Cause!.Alias);
        Assert.Equal(5, story.Incident.MemberCount);
        Assert.Equal(
            ["job:load", "table:users", "feature_view:user_stats", "model:churn_model"], story.Incident.Cause.Path);
    }

    /// <summary>
    /// Alerts of one story, told in every drawn order with the same onsets: who is with whom must not depend on it.
    /// </summary>
    [Fact]
    public void Within_ten_minutes_the_order_of_arrival_changes_no_grouping()
    {
        (string Kind, string Alias, string Entity, int Onset)[] alerts =
        [
            ("job-failed", "job", "job:load", 0), ("table-stale", "table", "table:users", 1),
            ("features-stale", "stale", "feature_view:user_stats", 2),
            ("drift", "drift", "model:churn_model", 3), ("quality-drop", "quality", "model:churn_model", 4),
            ("drift", "drift-2", "model:ltv", 3),
            ("node-down", "node", "node:gpu-7", 1), ("latency", "slow-1", "endpoint:churn", 2),
            ("latency", "slow-2", "endpoint:ltv", 3),
            ("latency", "alone", "endpoint:elsewhere", 2), ("drift", "drift-3", "model:ranker", 4),
        ];
        string? expected = null;
        for (var seed = 1; seed <= 60; seed++)
        {
            var dice = new Random(seed);
            var story = Begin();
            foreach (var (at, alert) in alerts.Select(a => (At: dice.Next(0, 590_000), a)).OrderBy(pair => pair.At))
            {
                story.After(
                    Start.AddMilliseconds(at) - story.Now > TimeSpan.Zero
                        ? Start.AddMilliseconds(at) - story.Now
                        : TimeSpan.Zero);
                story.Tell(new GrainId(GrainKind.Alert, alert.Alias), new AlertCommand.Receive(new Signal
                {
                    Alias = alert.Alias,
                    Message = alert.Kind,
                    Entity = alert.Entity,
                    StartsAt = Start.AddMinutes(alert.Onset - 10),
                    Labels = Labels.From([new("alertname", alert.Kind)]),
                }));
            }

            story.After(TimeSpan.FromMinutes(5));
            var groups = Groups(story);
            expected ??= groups;
            Assert.True(expected == groups, $"Seed {seed}: {groups}\ninstead of {expected}");
        }

        Assert.Equal("alone | drift drift-2 drift-3 job quality stale table | node slow-1 slow-2", expected);
    }

    private static string Groups(Story story) => string.Join(" | ", story.Alerts
        .Where(alert => alert.Status == AlertStatus.Open)
        .GroupBy(alert => alert.IncidentId)
        .Select(group => string.Join(' ', group.Select(alert => alert.Alias).Order(StringComparer.Ordinal)))
        .Order(StringComparer.Ordinal));

    private static Story Begin() => new(Town.Policy, "UTC", Start);
}
