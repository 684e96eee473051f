using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
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
        Assert.Equal("`feature_view:user_stats` stale 4 h -> `model:churn_model` drifting, `model:churn_model` losing quality", incident.Title);
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

        Assert.Equal((IncidentStatus.Acknowledged, Town.Science), (story.Incident.Status, story.Incident.AcknowledgedBy));
        Assert.Equal("", story.Told());
        Assert.Equal("`node:gpu-7` down -> `endpoint:churn` slow", story.Incident.Title);
        Assert.Contains(story.History, line => line.Text == "The cause is infra's; science@example.org has the incident in hand");
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
        Assert.Equal(("node:gpu-7", true, "node"), (story.Incident.Cause!.Entity, story.Incident.Cause.Observed, story.Incident.Cause.Alias));
        Assert.Equal(3, story.Incident.MemberCount);
    }

    /// <summary>Lineage does not know that it runs on the node: that most of its pool are slow because of it says so.</summary>
    [Fact]
    public void What_shares_a_pool_with_what_a_node_explains_goes_there_too_and_pages_nobody_else()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("node-down", "node", entity: "node:gpu-7"));
        foreach (var (minute, endpoint) in new[] { (1, "churn"), (2, "ltv"), (3, "ranker"), (4, "nobody-linked") })
        {
            story.At($"10:0{minute}", () => story.Fire("latency", "slow-" + endpoint, entity: "endpoint:" + endpoint, labels: ("node_pool", "a100")));
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
    public void A_drift_alone_is_watched_and_closes_and_beside_a_fault_it_pages()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("drift", "drift", entity: "model:ranker")).At("15:59");
        Assert.Equal(["watch:drift"], story.Incident.SuppressedBy);
        story.At("16:01");
        Assert.Equal((IncidentStatus.Resolved, ""), (story.Incident.Status, story.Told()));

        story.At("18:00", () => story.Fire("drift", "drift", entity: "model:churn_model"))
            .At("18:30", () => story.Fire("quality-drop", "quality", entity: "model:churn_model"))
            .At("18:31");
        var open = story.Incidents.Single(i => i.Status == IncidentStatus.Open);
        Assert.Equal((2, 2), (open.MemberCount, open.PageableMembers));
        Assert.Equal("18:30 science@example.org by log: step 1 of science: user science@example.org", story.Told());
    }

    /// <summary>Monitors cry for nothing, briefly: what goes on below a fault for half an hour is no accident any more.</summary>
    [Fact]
    public void A_drift_below_a_fault_is_in_its_incident_and_leaves_it_when_it_comes_and_goes()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("features-stale", "stale", entity: "feature_view:user_stats"))
            .At("10:10", () => story.Fire("drift", "brief", entity: "model:ltv"))
            .At("10:11", () => story.Fire("drift", "lasting", entity: "model:churn_model"))
            .At("10:12");
        Assert.Equal(3, story.Incident.OpenMembers);
        story.At("10:20", () => story.Clear("brief"))
            .At("10:45", () => story.Clear("lasting"))
            .At("10:46");
        Assert.Equal((2, 1), (IncidentOf("stale").MemberCount, IncidentOf("stale").OpenMembers));
        Assert.Equal(IncidentOf("stale").Id, IncidentOf("lasting").Id);
        Assert.Equal((IncidentStatus.Resolved, 0), (IncidentOf("brief").Status, IncidentOf("brief").PageCount));

        IncidentState IncidentOf(string alias) =>
            story.Incidents.Single(incident => incident.Id == story.Alerts.Single(alert => alert.Alias == alias).IncidentId);
    }

    /// <summary>Of what comes and goes on both sides: that it goes on for half an hour says that it is more.</summary>
    [Fact]
    public void A_drift_after_a_release_has_it_for_its_cause_only_when_it_lasts()
    {
        var story = Begin();
        var drift = story.Policy.FindKind("drift")!;
        story.Policy = story.Policy with
        {
            Kinds =
            [
                .. story.Policy.Kinds.Where(kind => kind != drift),
                drift with { CausedBy = [new Explanation("promoted", new LagRange(TimeSpan.Zero, TimeSpan.FromHours(12)))] },
            ],
        };
        story.At("10:00", () => story.Tell(
                new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.Changed("promoted", "v7", "version 7", story.Now)))
            .At("10:05", () => story.Fire("drift", "drift", entity: "model:churn_model"))
            .At("10:30");
        Assert.Null(story.Alerts.Single().Causes!.Parent);
        story.At("10:36");
        Assert.Equal("promoted", story.Alerts.Single().Causes!.Parent?.Kind);
    }

    [Fact]
    public void A_drift_that_its_source_still_says_is_watched_on_and_closes_a_window_after_it_was_said_last()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("drift", "drift", entity: "model:ranker"))
            .At("15:00", () => story.Fire("drift", "drift", entity: "model:ranker"))
            .At("20:59");
        Assert.Equal((AlertStatus.Open, ""), (story.Alerts.Single().Status, story.Told()));
        story.At("21:01");
        Assert.Equal((ClosedHow.Expired, ""), (story.Alerts.Single().ClosedHow, story.Told()));
    }

    /// <summary>A critical one pages after its own hold, whatever is known of its causes.</summary>
    [Fact]
    public void A_critical_drift_pages_though_it_is_alone_and_is_not_closed_at_the_end_of_the_watch()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("drift", "drift", Priority.P1, entity: "model:ranker")).At("10:01");
        Assert.StartsWith("10:00 ", story.Told(), StringComparison.Ordinal);
        story.At("18:00");
        Assert.Equal(AlertStatus.Open, story.Alerts.Single().Status);
    }

    [Fact]
    public void A_watched_drift_that_a_person_makes_critical_pages_then()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("drift", "drift", entity: "model:ranker")).At("10:30");
        Assert.Equal("", story.Told());
        story.At("11:00", () => story.Tell(new GrainId(GrainKind.Alert, "drift"), new AlertCommand.SetPriority(null, Priority.P1, "ann"))).At("11:01");
        Assert.StartsWith("11:00 ", story.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_critical_quality_drop_pages_however_late_it_is_and_though_it_is_measured_wrongly()
    {
        var late = Begin();
        late.At("10:00", () => late.Fire("features-stale", "stale", entity: "feature_view:user_stats")).At("12:00", () => late.Clear("stale"));
        late.Told();
        late.At("2026-01-15 10:00", () => late.Fire("quality-drop", "quality", Priority.P1, entity: "model:churn_model")).At("11:00");
        Assert.StartsWith("10:00 ", late.Told(), StringComparison.Ordinal);

        var wrong = Begin();
        wrong.At("10:00", () => wrong.Fire("labels-late", "labels", entity: "model:churn_model")).At("10:05");
        wrong.Told();
        wrong.At("11:00", () => wrong.Fire("quality-drop", "quality", Priority.P1, entity: "model:churn_model")).At("11:05");
        Assert.StartsWith("11:00 ", wrong.Told(), StringComparison.Ordinal);
    }

    /// <summary>In one turn, so that nobody could be told in between: it is held back no longer than it is measured wrongly.</summary>
    [Fact]
    public void What_measures_wrongly_and_is_over_and_begins_again_at_once_holds_nothing_back_for_good()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("labels-late", "labels", entity: "model:churn_model"))
            .At("11:00", () => story.Fire("quality-drop", "quality", entity: "model:churn_model")).At("11:05");
        Assert.Equal("", story.Told());
        story.At("11:30", () =>
            {
                story.Clear("labels");
                story.Fire("labels-late", "labels", entity: "model:churn_model");
            })
            .At("12:00", () => story.Clear("labels")).At("12:05");

        Assert.NotEqual("", story.Told());
        Assert.Empty(story.Alerts.Single(alert => alert.Alias == "quality").SuppressedBy);
    }

    [Fact]
    public void Drifts_alone_make_nothing_of_what_their_models_have_in_common_and_page_nobody()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("drift", "d1", entity: "model:churn_model"))
            .At("10:05", () => story.Fire("drift", "d2", entity: "model:ltv"))
            .At("10:10");
        Assert.All(story.Incidents, incident => Assert.Equal(Grade.Unknown, incident.Cause!.Grade));
        Assert.Equal(2, story.Incidents.Count());
        story.At("18:00");
        Assert.Equal("", story.Told());
    }

    [Fact]
    public void What_is_measured_wrongly_is_not_blamed_on_the_model_until_it_is_measured_again()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("labels-late", "labels", entity: "model:churn_model"))
            .At("10:10", () => story.Fire("quality-drop", "quality", entity: "model:churn_model"))
            .At("11:00");
        Assert.Equal("", story.Told());
        Assert.Equal("labels-late", story.Incident.Cause!.Kind);
        Assert.Contains("(measurement)", story.Incident.Title);

        story.At("11:30", () => story.Clear("labels")).At("11:31");
        Assert.Contains("11:30", story.Told());
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

    /// <summary>A service that is deployed every few hours: the latest is the likeliest cause, not the first of the week.</summary>
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

    /// <summary>Its change led nobody there: what is over has nothing to do with what follows the change a day later.</summary>
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
        Assert.Equal(("feature_view:user_stats", "promoted"), (story.Incident.Cause!.Entity, story.Incident.Cause.Kind));
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
        story.At("2026-01-15 10:00", () => story.Fire("quality-drop", "quality", entity: "model:churn_model")).At("11:00");

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
        Assert.Equal("slow", story.Incidents.Single(i => i.Status == IncidentStatus.Open && i.MemberCount == 1).Cause!.Alias);
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

    /// <summary>Alerts of one story, told in every drawn order with the same onsets: who is with whom must not depend on it.</summary>
    [Fact]
    public void Within_ten_minutes_the_order_of_arrival_changes_no_grouping()
    {
        (string Kind, string Alias, string Entity, int Onset)[] alerts =
        [
            ("job-failed", "job", "job:load", 0), ("table-stale", "table", "table:users", 1), ("features-stale", "stale", "feature_view:user_stats", 2),
            ("drift", "drift", "model:churn_model", 3), ("quality-drop", "quality", "model:churn_model", 4), ("drift", "drift-2", "model:ltv", 3),
            ("node-down", "node", "node:gpu-7", 1), ("latency", "slow-1", "endpoint:churn", 2), ("latency", "slow-2", "endpoint:ltv", 3),
            ("latency", "alone", "endpoint:elsewhere", 2), ("drift", "drift-3", "model:ranker", 4),
        ];
        string? expected = null;
        for (var seed = 1; seed <= 60; seed++)
        {
            var dice = new Random(seed);
            var story = Begin();
            foreach (var (at, alert) in alerts.Select(a => (At: dice.Next(0, 590_000), a)).OrderBy(pair => pair.At))
            {
                story.After(Start.AddMilliseconds(at) - story.Now > TimeSpan.Zero ? Start.AddMilliseconds(at) - story.Now : TimeSpan.Zero);
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
