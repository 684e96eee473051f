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

/// <summary>
/// What is watched and pages nobody by itself, and what is measured wrongly, told in order on virtual time.
/// </summary>
public sealed class WatchStories
{
    private static readonly DateTimeOffset Start = new(2026, 1, 12, 10, 0, 0, TimeSpan.Zero);

    private static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

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

    /// <summary>
    /// Monitors cry for nothing, briefly: what goes on below a fault for half an hour is no accident any more.
    /// </summary>
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
            story.Incidents.Single(
                incident => incident.Id == story.Alerts.Single(alert => alert.Alias == alias).IncidentId);
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
        late.At("10:00", () => late.Fire("features-stale", "stale", entity: "feature_view:user_stats"))
            .At("12:00", () => late.Clear("stale"));
        late.Told();
        late.At("2026-01-15 10:00", () => late.Fire("quality-drop", "quality", Priority.P1, entity: "model:churn_model")).At("11:00");
        Assert.StartsWith("10:00 ", late.Told(), StringComparison.Ordinal);

        var wrong = Begin();
        wrong.At("10:00", () => wrong.Fire("labels-late", "labels", entity: "model:churn_model")).At("10:05");
        wrong.Told();
        wrong.At("11:00", () => wrong.Fire("quality-drop", "quality", Priority.P1, entity: "model:churn_model"))
            .At("11:05");
        Assert.StartsWith("11:00 ", wrong.Told(), StringComparison.Ordinal);
    }

    /// <summary>
    /// In one turn, so that nobody could be told in between: it is held back no longer than it is measured wrongly.
    /// </summary>
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

    private static Story Begin() => new(Town.Policy, "UTC", Start);
}
