using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Sqlite;
using Correlation.Silo.Storage.Sqlite.Reads;
using Correlation.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>How the embedded store keeps reads short.</summary>
public sealed class SqliteReadTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempFolder _folder = new("store");
    private readonly SqliteStore _store;
    private readonly ReadPool _pool;

    public SqliteReadTests()
    {
        _store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        _store.Open();
        _pool = new ReadPool(SqliteFile.In(_folder.Path));
    }

    public void Dispose()
    {
        _pool.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_read_that_lasts_too_long_is_ended_and_its_connection_goes_on()
    {
        const string Endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
        var ended = await Assert.ThrowsAsync<SqliteException>(
            () => _pool.ReadAsync(connection => connection.Statement(Endless).One(row => row.Long(0)), None).AsTask());
        Assert.True(ReadConnection.LastedTooLong(ended));
        Assert.Equal(
            1, await _pool.ReadAsync(connection => connection.Statement("SELECT 1").One(row => row.Long(0)), None));
    }

    [Fact]
    public async Task A_figure_that_takes_too_long_is_left_out_alone()
    {
        using (var connection = SqliteFile.Open(SqliteFile.In(_folder.Path), SqliteOpenMode.ReadWrite))
        using (var command = connection.CreateCommand())
        {
            command.CommandText = """
                ALTER TABLE timers RENAME TO few_timers;
                CREATE VIEW timers AS
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
                """;
            command.ExecuteNonQuery();
        }

        var figures = await new GrainReads(_pool).FiguresAsync(None);

        Assert.Null(figures.Timers);
        Assert.NotNull(figures.Incidents);
        Assert.Equal((0, 0, 0, 0), (figures.OpenAlerts, figures.Outbox, figures.Messages, figures.Poison));
    }

    [Fact]
    public async Task A_read_connection_cannot_write()
    {
        await Assert.ThrowsAsync<SqliteException>(() => _pool.ReadAsync(
            connection =>
                connection.Statement("DELETE FROM alerts").Changes + Run(connection.Statement("DELETE FROM alerts")),
            None).AsTask());
    }

    [Theory]
    [InlineData("created_at", true)]
    [InlineData("created_at", false)]
    [InlineData("count", true)]
    [InlineData("message", false)]
    [InlineData("closed_at", true)]
    [InlineData("snoozed_until", false)]
    public async Task A_walk_finds_what_the_list_finds(string sort, bool descending)
    {
        Fill();
        var filter = new AlertFilter(_ => new SqlFragment("a.count <> @q0 AND a.message LIKE @q1", [2L, "%ill%"]));
        var list = new AlertList(filter, sort, descending, Offset: 7, Limit: 40);
        var where = AlertListSql.Where(filter, SearchDialect.Sqlite);
        using var reads = new AlertReads(_pool);
        using var walk = new AlertWalk(_pool, firstSlice: 13);
        var walked = await walk.KeysAsync(list, where, sort, None);
        var listed = await reads.ListAsync(list, None);
        Assert.Equal(listed.Select(view => view.Alert.Number), walked);
        Assert.Equal(40, walked.Count);
        Assert.Equal(await reads.CountAsync(filter, None), await walk.CountAsync(where, None));
    }

    [Fact]
    public async Task Walks_that_nobody_answers_do_not_pile_up()
    {
        Fill();
        using var go = new ManualResetEventSlim();
        var busy = Enumerable.Range(0, Environment.ProcessorCount + 2)
            .Select(_ => Task.Factory.StartNew(
                () => _pool.ReadAsync(_ => go.Wait(TimeSpan.FromSeconds(30)), None).AsTask(), TaskCreationOptions.LongRunning))
            .ToList();
        await Poll.UntilAsync(
            () => Task.FromResult(_pool.Free == 0), TimeSpan.FromSeconds(30), () => "every read is taken");
        using var walk = new AlertWalk(_pool);
        var where = AlertListSql.Where(new AlertFilter(null), SearchDialect.Sqlite);
        var walks = Enumerable.Range(0, AlertWalk.MostAtOnce)
            .Select(_ => walk.CountAsync(where, None).AsTask())
            .ToList();
        await Assert.ThrowsAsync<UnavailableException>(() => walk.CountAsync(where, None).AsTask());

        go.Set();
        await Task.WhenAll(busy.Select(reading => reading.Unwrap()));
        Assert.Single((await Task.WhenAll(walks)).Distinct());
        Assert.Equal(await walks[0], await walk.CountAsync(where, None));
    }

    [Theory]
    [InlineData("a.status = @q0", "created_at", "alerts_status_created")]
    [InlineData("a.status = @q0", "updated_at", "alerts_status_updated")]
    [InlineData("a.team = @q0", "created_at", "alerts_team_created")]
    [InlineData("1 = 1", "created_at", "alerts_created")]
    [InlineData("1 = 1", "updated_at", "alerts_updated")]
    [InlineData("a.alias = @q0", "created_at", "alerts_alias")]
    [InlineData("1 = 1", "status", "alerts_status_number")]
    [InlineData("1 = 1", "alias", "alerts_status_alias")]
    [InlineData("1 = 1", "message", "alerts_status_message")]
    [InlineData("1 = 1", "source", "alerts_status_source")]
    [InlineData("1 = 1", "integration_name", "alerts_status_integration_name")]
    [InlineData("1 = 1", "integration_type", "alerts_status_integration_type")]
    [InlineData("1 = 1", "closed_at", "alerts_status_closed_at")]
    [InlineData("1 = 1", "closed_by", "alerts_status_closed_by")]
    [InlineData("1 = 1", "count", "closed_tallies_count")]
    [InlineData("1 = 1", "last_occurred_at", "closed_tallies_last_occurred")]
    public async Task A_page_is_read_from_an_index(string where, string sort, string index)
    {
        var list = new AlertList(new AlertFilter(_ => new SqlFragment(where, [])), sort, true, Offset: 0, Limit: 100);
        var sql = AlertListSql.Page(
            list, AlertListSql.Where(list.Filter, SearchDialect.Sqlite).Text, SearchDialect.Sqlite);
        var plan = await _pool.ReadAsync(
            connection => connection.Statement($"EXPLAIN QUERY PLAN {sql}").All(row => row.Text(3)), None);
        Assert.Matches($@"USING (COVERING )?INDEX {index}( |$)", string.Join(" \n", plan));
        Assert.DoesNotContain("incidents", string.Join('\n', plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.status = @q0", "created_at", false)]
    [InlineData("a.status = @q0 AND a.owner = @q1", "created_at", true)]
    [InlineData("a.count > @q0", "created_at", true)]
    [InlineData("1 = 1", "last_occurred_at", true)]
    public void Only_what_a_list_names_is_joined_to_its_alerts(string where, string sort, bool joins)
    {
        var list = new AlertList(new AlertFilter(null), sort, true, Offset: 0, Limit: 100);
        Assert.Equal(
            joins,
            AlertListSql.Page(list, where, SearchDialect.Postgres).Contains("LEFT JOIN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ann", null, "incidents_owner")]
    [InlineData(null, Priority.P1, "incidents_priority")]
    [InlineData(null, null, "incidents_active")]
    public async Task A_page_of_incidents_is_read_from_an_index_in_its_order(
        string? owner, Priority? priority, string index)
    {
        var where = IncidentListSql.Where(new IncidentList(
            [IncidentStatus.Open, IncidentStatus.Acknowledged, IncidentStatus.Snoozed],
            priority is { } one ? [one] : [], Teams: [], owner, null, null, null, Limit: 50));
        var sql = $"EXPLAIN QUERY PLAN SELECT doc FROM incidents WHERE {where.Text} ORDER BY opened_at DESC, id DESC LIMIT 50";
        var plan = string.Join(
            '\n', await _pool.ReadAsync(connection => connection.Statement(sql).All(row => row.Text(3)), None));
        Assert.Contains($"USING INDEX {index} ", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_that_are_resolved_are_not_looked_for_among_the_merged()
    {
        var where = IncidentListSql.Where(
            new IncidentList([IncidentStatus.Resolved], [], Teams: [], Owner: null, null, null, null, Limit: 50));
        var sql = $"EXPLAIN QUERY PLAN SELECT doc FROM incidents WHERE {where.Text} ORDER BY opened_at DESC, id DESC LIMIT 50";
        var plan = string.Join(
            '\n', await _pool.ReadAsync(connection => connection.Statement(sql).All(row => row.Text(3)), None));
        Assert.Contains("USING INDEX incidents_status ", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    private static int Run(Statement statement)
    {
        statement.Run();
        return 0;
    }

    private void Fill()
    {
        var turn = new TurnWrite { Turn = 1, At = Given.At(1) };
        for (var number = 1; number <= 200; number++)
        {
            var alert = Given.Alert($"alias {number * 7 % 200}", number).Seen(number % 5, number);
            turn.Grains.Add(Given.Write(number % 3 == 0 ? alert.Closed(1_000 - number) : alert, 1));
        }

        _store.Commit(turn);
    }
}
