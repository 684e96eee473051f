using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Topology;
using Correlation.TestKit.Stories;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>
/// Much of what is watched begins at about the same time and goes on, and nothing known is behind all of it.
/// </summary>
public sealed class WaveStories
{
    private static readonly DateTimeOffset Start = new(2026, 1, 12, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_season_is_one_incident_that_pages_nobody_and_is_blamed_on_nothing()
    {
        var story = Begin();
        Fire(story, 90, 5, "drift-1", "drift-2", "drift-3", "drift-4", "drift-5");

        var season = Assert.Single(story.Incidents, incident => incident.OpenMembers > 0);
        Assert.Equal((5, ""), (season.OpenMembers, story.Told()));
        Assert.DoesNotContain("wave:", $"{season.Cause} {season.Title}", StringComparison.Ordinal);
    }

    [Fact]
    public void Three_are_no_season_nor_are_four_that_nothing_joins()
    {
        var story = Begin();
        Fire(story, 90, 5, "drift-1", "drift-2", "drift-3", "drift-alone");

        Assert.Equal(4, story.Alerts.Select(alert => alert.IncidentId).Distinct().Count());
    }

    /// <summary>
    /// Of a source that has said every few minutes that it goes on, and says so no more, the end is lost.
    /// </summary>
    [Fact]
    public void What_its_source_says_no_more_is_part_of_none()
    {
        var story = Begin();
        Fire(story, 20, 5, "drift-1", "drift-2");
        Fire(story, 70, 5, "drift-3", "drift-4");
        story.At("13:00");

        Assert.Equal(4, story.Alerts.Select(alert => alert.IncidentId).Distinct().Count());
    }

    [Fact]
    public void Most_of_a_wave_that_has_its_cause_in_one_place_takes_along_what_no_lineage_puts_there()
    {
        var story = Begin();
        story.At("10:00", () => story.Fire("features-stale", "stale", entity: "feature_view:user_stats"));
        Fire(story, 90, 5, "drift-1", "drift-2", "drift-3", "drift-below-1", "drift-below-2", "drift-below-3", "drift-below-4");

        var stale = story.Alerts.Single(alert => alert.Alias == "stale").IncidentId;
        Assert.All(story.Alerts, alert => Assert.Equal(stale, alert.IncidentId));
    }

    /// <summary>The table says nothing; that so many of those below it drift, and so few elsewhere, does.</summary>
    [Fact]
    public void Those_that_are_fed_by_one_table_are_an_incident_of_their_own_beside_a_season_and_the_table_is_named()
    {
        var story = new Story(
            Town.Policy with
            {
                Topology = Graph.Of([], [
                    .. Enumerable.Range(1, 40).Select(i => new Edge($"model:m{i}", "kpi:all")),
                    .. Enumerable.Range(1, 5).Select(i => new Edge("table:odd", $"model:m{i}")),
                ]),
            },
            "UTC",
            Start);
        Fire(
            story,
            90,
            5,
            [.. Enumerable.Range(1, 5).Select(i => $"m{i}"), .. Enumerable.Range(11, 6).Select(i => $"m{i}")]);

        Assert.Equal(
            [("table:odd", 5), ("", 6)],
            story.Incidents.Where(incident => incident.OpenMembers > 0).OrderBy(incident => incident.OpenMembers)
                .Select(incident => (incident.Cause is { Observed: false } cause ? cause.Entity : "", incident.OpenMembers)));
    }

    /// <summary>A message that took its time: by its source it is what was over, and no new trouble.</summary>
    [Fact]
    public void What_began_before_its_last_episode_was_over_goes_back_to_where_that_was()
    {
        var story = Begin();
        Drift(story, "drift-1", Start);
        story.At("10:20", () => story.Clear("drift-1"));
        story.At("11:30", () => Drift(story, "drift-1", Start)).At("11:31");
        Assert.Single(story.Incidents);

        var other = Begin();
        Drift(other, "drift-1", Start);
        other.At("10:20", () => other.Clear("drift-1"));
        other.At("11:30", () => Drift(other, "drift-1", Start.AddMinutes(85))).At("11:31");
        Assert.Equal(2, other.Incidents.Count());
    }

    /// <summary>
    /// A monitor that is over and back within minutes has found one thing, that goes on all the while.
    /// </summary>
    [Fact]
    public void What_flaps_below_a_fault_stays_there_however_short_each_time_is()
    {
        Assert.Equal(IncidentsAfter(TimeSpan.FromMinutes(4)), (2, true));
        Assert.Equal(IncidentsAfter(TimeSpan.FromMinutes(40)), (3, false));

        static (int Incidents, bool IsThere) IncidentsAfter(TimeSpan pause)
        {
            var story = Begin();
            story.At("10:00", () => story.Fire("features-stale", "stale", entity: "feature_view:user_stats"))
                .At("10:05", () => story.Fire("drift", "drift-below-1", entity: "model:drift-below-1"));
            story.After(TimeSpan.FromMinutes(3), () => story.Clear("drift-below-1"));
            story.After(pause, () => story.Fire("drift", "drift-below-1", entity: "model:drift-below-1"));
            story.After(TimeSpan.FromMinutes(3), () => story.Clear("drift-below-1"));
            story.After(TimeSpan.FromMinutes(1));
            var alerts = story.Alerts.ToDictionary(alert => alert.Alias, alert => alert.IncidentId);
            return (story.Incidents.Count(), alerts["drift-below-1"] == alerts["stale"]);
        }
    }

    private static void Fire(Story story, int minutes, int every, params string[] aliases)
    {
        for (var minute = 0; minute <= minutes; minute += every)
        {
            story.After(TimeSpan.FromMinutes(every), () =>
                Array.ForEach(aliases, alias => story.Fire("drift", alias, entity: "model:" + alias)));
        }
    }

    private static void Drift(Story story, string alias, DateTimeOffset startsAt) =>
        story.Tell(new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(new Signal
        {
            Alias = alias,
            Message = "drift",
            Entity = "model:" + alias,
            StartsAt = startsAt,
            Labels = Labels.From([new("alertname", "drift")]),
        }));

    /// <summary>
    /// Models that hang together, though nothing is upstream of more than one of them; some have a feature view.
    /// </summary>
    private static Story Begin() => new(
        Town.Policy with
        {
            Topology = Graph.Of([],
            [
                .. Enumerable.Range(1, 5).Select(i => new Edge($"table:t{i}", $"model:drift-{i}")),
                .. Enumerable.Range(1, 5).Select(i => new Edge($"model:drift-{i}", $"kpi:k{i}")),
                .. Enumerable.Range(1, 4).Select(i => new Edge($"kpi:k{i}", $"kpi:k{i + 1}")),
                .. Enumerable.Range(1, 4).Select(i => new Edge("feature_view:user_stats", $"model:drift-below-{i}")),
                new Edge("model:drift-below-1", "kpi:k1"),
                new Edge("table:elsewhere", "model:drift-alone"),
            ]),
        },
        "UTC",
        Start);
}
