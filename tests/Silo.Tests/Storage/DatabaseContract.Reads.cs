using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    [Fact]
    public async Task Counts_of_more_alerts_than_one_read_asks_for_are_found()
    {
        var alerts = Enumerable.Range(1, 600).Select(n => Given.Alert($"a{n}", n).Seen(n, n)).ToList();
        Commit([.. alerts.Select(alert => Given.Write(alert, 1))]);

        var seen = await Reads.SeenAsync([.. alerts.Select(alert => alert.Id), Guid.Empty], None);

        Assert.Equal(alerts.ToDictionary(alert => alert.Id, alert => alert.Count.Seen), seen.ToDictionary());
    }

    [Fact]
    public async Task An_alert_is_found_by_id_number_and_alias()
    {
        var alert = Given.Alert("a", 7).Seen(3, lastAt: 9);
        Commit(Given.Write(alert, 1), Given.Write(Given.Alert("b", 8), 2));
        AlertRef[] references = [AlertRef.ById(alert.Id), AlertRef.ByNumber(7), AlertRef.ByAlias("a")];
        foreach (var reference in references)
        {
            Assert.Equal(new AlertView(alert, null, IsCurrent: true), await Reads.FindAlertAsync(reference, None));
        }

        Assert.Null(await Reads.FindAlertAsync(AlertRef.ByNumber(9), None));
    }

    [Fact]
    public async Task A_past_episode_is_found_by_id_and_number_only()
    {
        var (first, second) = (Given.Alert("a", 1).Closed(3), Given.Alert("a", 2, episode: 2));
        Commit(Given.Write(first, 1));
        Commit(Given.Write(second, 2, replaces: true));
        Assert.Equal(new AlertView(first, null, IsCurrent: false),
            await Reads.FindAlertAsync(AlertRef.ById(first.Id), None));
        Assert.Equal(first, (await Reads.FindAlertAsync(AlertRef.ByNumber(1), None))?.Alert);
        Assert.Equal(second, (await Reads.FindAlertAsync(AlertRef.ByAlias("a"), None))?.Alert);
    }

    [Fact]
    public async Task A_deleted_alert_is_not_found_listed_or_counted()
    {
        var deleted = Given.Alert("a", 1) with { Status = AlertStatus.Deleted };
        Commit(Given.Write(deleted, 1), Given.Write(Given.Alert("b", 2), 2));
        Assert.Null(await Reads.FindAlertAsync(AlertRef.ById(deleted.Id), None));
        Assert.Null(await Reads.FindAlertAsync(AlertRef.ByNumber(1), None));
        Assert.Null(await Reads.FindAlertAsync(AlertRef.ByAlias("a"), None));
        Assert.Equal(["b"], await ListAsync());
        Assert.Equal(1, await Reads.CountAlertsAsync(new AlertFilter(null), None));
    }

    [Fact]
    public async Task Counts_are_read_by_id()
    {
        var (alert, other) = (Given.Alert("a", 1).Seen(3, lastAt: 9), Given.Alert("b", 2));
        Commit(Given.Write(alert, 1), Given.Write(other, 2), Given.Write(Given.Alert("c", 3).Seen(7, lastAt: 9), 3));
        var seen = await Reads.SeenAsync([alert.Id, other.Id, Guid.Empty], None);
        Assert.Equal(
            [(alert.Id, 3), (other.Id, 1)], seen.Select(s => (s.Key, s.Value)).OrderByDescending(s => s.Value));
    }

    [Fact]
    public async Task An_alert_shows_its_incident()
    {
        var incident = Given.Incident("i-1", 9) with { Owner = "ann" };
        Commit(Given.Write(Given.Alert("a", 1) with { IncidentId = "i-1" }, 1), Given.Write(incident, 1));
        Assert.Equal(incident, (await Reads.FindAlertAsync(AlertRef.ByAlias("a"), None))?.Incident);
    }

    [Fact]
    public async Task Alerts_are_listed_in_the_order_asked_for()
    {
        Commit(
            Given.Write(Given.Alert("b", 1).Seen(5, lastAt: 1), 1),
            Given.Write(Given.Alert("c", 3).Seen(1, lastAt: 9), 2),
            Given.Write(Given.Alert("a", 2).Seen(9, lastAt: 3), 3));
        Assert.Equal(["c", "a", "b"], await ListAsync(sort: "created_at"));
        Assert.Equal(["b", "a", "c"], await ListAsync(sort: "created_at", descending: false));
        Assert.Equal(["a", "b", "c"], await ListAsync(sort: "count"));
        Assert.Equal(["c", "a", "b"], await ListAsync(sort: "last_occurred_at"));
        Assert.Equal(["a", "b", "c"], await ListAsync(sort: "alias", descending: false));
        Assert.Equal(["a"], await ListAsync(sort: "created_at", offset: 1, limit: 1));
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(sort: "doc; DROP TABLE alerts"));
    }

    [Fact]
    public async Task An_alert_with_a_very_long_source_is_stored_and_listed()
    {
        // No repetition, so that the database cannot make it short by packing it.
        var source = string.Concat(Enumerable.Range(0, 20_000).Select(i => (char)('a' + (i * 7_919 % 8_191 % 26))));
        var alert = Given.Alert("a", 1);
        alert = alert with { Signal = alert.Signal with { Source = source, Message = source } };
        Commit(Given.Write(alert, 1), Given.Write(Given.Alert("b", 2), 2));
        Assert.Equal(alert, (await Reads.FindAlertAsync(AlertRef.ByAlias("a"), None))?.Alert);
        Assert.Equal(["b", "a"], await ListAsync(sort: "source"));
    }

    [Theory]
    [InlineData("count")]
    [InlineData("last_occurred_at")]
    public async Task Open_and_closed_alerts_are_sorted_together_by_what_repeats_move(string sort)
    {
        Commit(
            Given.Write(Given.Alert("a", 1).Seen(5, lastAt: 5), 1),
            Given.Write(Given.Alert("b", 2).Seen(4, lastAt: 4).Closed(9), 2),
            Given.Write(Given.Alert("c", 3).Seen(4, lastAt: 4), 3),
            Given.Write(Given.Alert("d", 4).Seen(8, lastAt: 8).Closed(9), 4),
            Given.Write(Given.Alert("gone", 5).Seen(7, lastAt: 7).Closed(9), 5));
        Commit(
            Given.Write(Given.Alert("gone", 5).Seen(7, lastAt: 7) with { Status = AlertStatus.Deleted }, 6),
            Given.Write(Given.Alert("e", 6).Seen(1, lastAt: 1), 7));
        Commit(Given.Tally(Given.Alert("e", 6).Seen(6, lastAt: 6), 8));
        Assert.Equal(["d", "e", "a", "c", "b"], await ListAsync(sort: sort));
        Assert.Equal(["b", "c", "a", "e", "d"], await ListAsync(sort: sort, descending: false));
        Assert.Equal(["a", "c"], await ListAsync(sort: sort, offset: 2, limit: 2));
        Assert.Equal(["e", "a", "c"], await ListAsync(Filter("a.status = @q0", "open"), sort: sort));
        Assert.Equal(["d", "b"], await ListAsync(Filter("a.status = @q0", "closed"), sort: sort));
    }

    [Fact]
    public async Task Alerts_are_listed_by_when_they_were_acknowledged_and_those_that_were_not_come_last()
    {
        Commit(
            Given.Write(Given.Alert("never", 1), 1),
            Given.Write(Given.Alert("early", 2) with { IncidentId = "i-1" }, 1),
            Given.Write(Given.Alert("late", 3) with { IncidentId = "i-2" }, 1),
            Given.Write(Given.Incident("i-1", 4) with { AcknowledgedAt = Given.At(6) }, 1),
            Given.Write(Given.Incident("i-2", 5) with { AcknowledgedAt = Given.At(7) }, 1));
        Assert.Equal(["late", "early", "never"], await ListAsync(sort: "acknowledged_at"));
        Assert.Equal(["never", "early", "late"], await ListAsync(sort: "acknowledged_at", descending: false));
    }

    [Theory]
    [InlineData("a.status = @q0", "closed", "closed")]
    [InlineData("a.alias = @q0", "tagged", "tagged")]
    [InlineData("a.tags LIKE @q0", "%\nmodel-quality\n%", "tagged")]
    [InlineData("a.details LIKE @q0", "%\nregion=eu\n%", "tagged")]
    [InlineData("a.teams LIKE @q0", "%\ninfra\n%", "tagged")]
    [InlineData("a.responders LIKE @q0", "%\nbob\n%", "tagged")]
    [InlineData("a.actions LIKE @q0", "%\nrollback\n%", "tagged")]
    [InlineData("a.entity = @q0", "model:churn", "closed owned snoozed tagged")]
    [InlineData("a.owner = @q0", "ann", "owned")]
    [InlineData("a.acked_by = @q0", "bob", "owned")]
    [InlineData("a.acknowledged = @q0", true, "owned")]
    [InlineData("a.snoozed = @q0", true, "snoozed")]
    [InlineData("a.snoozed_until > @q0", 1L, "snoozed")]
    [InlineData("a.is_seen = @q0", true, "closed")]
    [InlineData("a.suppressed = @q0", true, "tagged")]
    [InlineData("a.priority = @q0", "P1", "tagged")]
    [InlineData("a.count > @q0", 4L, "owned")]
    [InlineData("a.closed_by = @q0", "ann", "closed")]
    [InlineData("a.integration_type = @q0", "API", "closed owned snoozed tagged")]
    [InlineData("(a.owner = @q0) IS NOT TRUE AND a.status = 'open'", "ann", "snoozed tagged")]
    public async Task Alerts_are_filtered_by_every_column(string where, object value, string expected)
    {
        Story();
        Assert.Equal(expected.Split(' '), await ListAsync(Filter(where, value), sort: "alias", descending: false));
        Assert.Equal(expected.Split(' ').Length, await Reads.CountAlertsAsync(Filter(where, value), None));
    }

    [Fact]
    public async Task A_list_shows_what_a_checkpoint_wrote()
    {
        Commit(Given.Write(Given.Alert("a", 1), 1));
        Commit(Given.Tally(Given.Alert("a", 1).Seen(100, lastAt: 50), 99));
        Assert.Equal(["a"], await ListAsync(Filter("a.count = @q0", 100L)));
        Assert.Equal(["a"], await ListAsync(Filter("a.last_occurred_at = @q0", Given.At(50).ToUnixTimeMilliseconds())));
    }

    [Fact]
    public async Task Incidents_are_listed_newest_first_after_a_cursor()
    {
        Commit(
            Given.Write(Given.Incident("i-1", 1), 1), Given.Write(Given.Incident("i-3", 3), 1),
            Given.Write(Given.Incident("i-2", 3), 1));
        var first = await IncidentsAsync(list => list with { Limit = 2 });
        Assert.Equal(["i-3", "i-2"], first);
        Assert.Equal(["i-1"],
            await IncidentsAsync(list => list with { Cursor = new IncidentCursor(Given.At(3), "i-2") }));
    }

    [Fact]
    public async Task Incidents_are_filtered()
    {
        Commit(
            Given.Write(Given.Incident("open", 1) with { Priority = Priority.P1 }, 1),
            Given.Write(Given.Incident("mine", 2) with { Status = IncidentStatus.Acknowledged, Owner = "ann" }, 1),
            Given.Write(Given.Incident("done", 3) with { Status = IncidentStatus.Resolved, Team = "infra" }, 1),
            Given.Write(Given.Incident("merged", 4) with { Status = IncidentStatus.Merged }, 1));
        Assert.Equal(["merged", "done", "mine", "open"], await IncidentsAsync(list => list));
        Assert.Equal(["mine", "open"], await IncidentsAsync(
            list => list with
            {
                Statuses = [IncidentStatus.Open, IncidentStatus.Acknowledged, IncidentStatus.Snoozed],
            }));
        Assert.Equal(["done", "open"], await IncidentsAsync(
            list => list with { Statuses = [IncidentStatus.Open, IncidentStatus.Resolved] }));
        Assert.Equal(["open"], await IncidentsAsync(list => list with { Priorities = [Priority.P1] }));
        Assert.Equal(["done"], await IncidentsAsync(list => list with { Teams = ["infra", "platform"] }));
        Assert.Equal(
            ["merged", "done", "mine", "open"],
            await IncidentsAsync(list => list with { Teams = ["infra", Given.Incident("open", 1).Team] }));
        Assert.Equal(["mine"], await IncidentsAsync(list => list with { Owner = "ann" }));
        Assert.Equal(["done", "mine"], await IncidentsAsync(
            list => list with { OpenedAfter = Given.At(1), OpenedBefore = Given.At(4) }));
    }

    [Fact]
    public async Task An_incident_is_found_by_id()
    {
        var incident = Given.Incident("i-1", 1);
        Commit(Given.Write(incident, 1));
        Assert.Equal(incident, await Reads.FindIncidentAsync("i-1", None));
        Assert.Null(await Reads.FindIncidentAsync("i-2", None));
    }

    private void Story()
    {
        var tagged = Given.Alert("tagged", 1);
        Commit(
            Given.Write(
                tagged with
                {
                    Signal = tagged.Signal with
                    {
                        Tags = ["ml", "model-quality"],
                        Labels = Labels.From([new("region", "eu"), new("stage", "prod")]),
                        Responders = [new Responder("team", "infra"), new Responder("user", "bob")],
                        Actions = ["rollback"],
                    },
                    Edits = AlertEdits.None with { Priority = Priority.P1 },
                    SuppressedBy = ["s-1"],
                },
                1),
            Given.Write(Given.Alert("owned", 2).Seen(5, lastAt: 5) with { IncidentId = "i-1" }, 1),
            Given.Write(Given.Alert("snoozed", 3) with { IncidentId = "i-2" }, 1),
            Given.Write(Given.Alert("closed", 4).Closed(9) with { Seen = true }, 1),
            Given.Write(
                Given.Incident("i-1", 5) with { Owner = "ann", AcknowledgedAt = Given.At(6), AcknowledgedBy = "bob" },
                1),
            Given.Write(
                Given.Incident("i-2", 6) with { Status = IncidentStatus.Snoozed, SnoozedUntil = Given.At(900) }, 1));
    }

    private static AlertFilter Filter(string where, object value) => new(_ => new SqlFragment(where, [value]));

    private async Task<IEnumerable<string>> ListAsync(
        AlertFilter? filter = null, string sort = "created_at", bool descending = true, int offset = 0, int limit = 100)
    {
        var list = new AlertList(filter ?? new AlertFilter(null), sort, descending, offset, limit);
        return (await Reads.ListAlertsAsync(list, None)).Select(view => view.Alert.Alias);
    }

    private async Task<IEnumerable<string>> IncidentsAsync(Func<IncidentList, IncidentList> with)
    {
        var all = new IncidentList([], [], [], null, null, null, null, 100);
        return (await Reads.ListIncidentsAsync(with(all), None)).Select(incident => incident.Id);
    }
}
