using System.Globalization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>
/// What only the store on a server promises: who owns it, what is refused, what a lost connection means.
/// </summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly Retention Everything = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    private PostgresServer? _server;
    private string _database = "";
    private long _turn;

    private PostgresServer Server => _server!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _database = await _server.CreateDatabaseAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void A_second_store_on_the_database_is_refused_and_names_the_holder()
    {
        using var first = Opened(_database);
        using var second = new PostgresStore(_database);
        var refused = Assert.Throws<StoreInUseException>(second.Open);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message,
            StringComparison.Ordinal);
        Assert.Contains("CORRELATION_DATABASE", refused.Message, StringComparison.Ordinal);
        Commit(first);
    }

    [Fact]
    public void A_database_is_free_again_when_its_store_is_closed()
    {
        Opened(_database).Dispose();
        using var second = Opened(_database);
        Commit(second);
    }

    [Theory]
    [InlineData("fsync")]
    [InlineData("full_page_writes")]
    public async Task A_server_that_is_not_durable_is_refused_by_the_settings_name(string setting)
    {
        await using var server = await PostgresServer.StartNewAsync($"{setting}=off");
        using var store = new PostgresStore(await server.CreateDatabaseAsync());
        Assert.Contains($"{setting} is 'off'", Assert.Throws<StoreRefusedException>(store.Open).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_commits_without_waiting_is_refused()
    {
        var name = new NpgsqlConnectionStringBuilder(_database).Database;
        await Server.ExecuteAsync($"ALTER DATABASE {name} SET synchronous_commit = off");
        using var store = new PostgresStore(_database);
        var refused = Assert.Throws<StoreRefusedException>(store.Open);
        Assert.Contains("synchronous_commit is 'off'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_refused()
    {
        Opened(_database).Dispose();
        await ExecuteAsync("INSERT INTO schema_versions VALUES (9000, '9000-later.sql')");
        using var store = new PostgresStore(_database);
        Assert.Contains("schema version 9000", Assert.Throws<StoreRefusedException>(store.Open).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_lost_in_the_middle_of_a_commit_leaves_its_outcome_unknown()
    {
        using var store = Opened(_database);
        Commit(store);
        await using (var blocker = new NpgsqlConnection(_database))
        {
            await blocker.OpenAsync();
            await using var transaction = await blocker.BeginTransactionAsync();
            await ExecuteAsync("LOCK TABLE turns IN ACCESS EXCLUSIVE MODE", blocker);
            var commit = Task.Run(() => Commit(store));
            await Poll.UntilAsync(
                async () => await WaitingAsync() == 1, Deadline, () => "one commit waiting for the locked table");
            await TerminateWriterAsync();
            await Assert.ThrowsAsync<CommitUnknownException>(() => commit);
        }

        _turn = store.Open().Turn;
        Assert.Equal(1, _turn);
        Commit(store);
    }

    [Fact]
    public async Task A_connection_that_was_lost_between_commits_is_made_anew()
    {
        using var store = Opened(_database);
        Commit(store);
        await TerminateWriterAsync();
        await CommitUntilItWorksAsync(store);
        Assert.Equal(_turn, store.Open().Turn);
    }

    [Fact]
    public async Task A_server_that_is_away_makes_commits_fail_surely_until_it_is_back()
    {
        await using var server = await PostgresServer.StartNewAsync();
        using var store = Opened(await server.CreateDatabaseAsync());
        Commit(store);
        await server.StopAsync();
        var first = Assert.ThrowsAny<Exception>(() => Commit(store));
        Assert.True(first is CommitUnknownException or CommitFailedException, first.ToString());
        _turn = 1;
        Assert.Throws<CommitFailedException>(() => Commit(store));
        _turn = 1;
        await server.StartAsync();
        Commit(store);
        Assert.Equal(2, store.Open().Turn);
    }

    [Fact]
    public async Task A_store_that_lost_its_database_to_another_process_writes_nothing_more()
    {
        using var store = Opened(_database);
        Commit(store);
        await TerminateWriterAsync();
        using (var other = Opened(_database))
        {
            other.Commit(new TurnWrite { Turn = 2, At = Given.At(2) });
            var fenced = Assert.ThrowsAny<Exception>(() => Commit(store));
            Assert.True(fenced is CommitUnknownException or StoreRefusedException, fenced.ToString());
            Assert.Throws<StoreInUseException>(() => Commit(store));
        }

        Assert.Contains("turn 2", Assert.Throws<CommitUnknownException>(() => Commit(store)).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, store.Open().Turn);
    }

    [Fact]
    public async Task A_process_that_lost_its_database_starts_no_delivery_until_it_has_it_again()
    {
        using var store = Opened(_database);
        using var reads = new PostgresReads(_database, () => store.Held);
        var page = Given.Delivery("page", Priority.P1, 1);
        var turn = new TurnWrite { Turn = 1, At = Given.At(1) };
        turn.Outbox.Add(new DeliveryChange.Enqueue(page));
        store.Commit(turn);
        Assert.Equal(page, await reads.FindPendingAsync(page.Id, CancellationToken.None));

        await TerminateWriterAsync();
        await Poll.UntilAsync(
            async () => await Record.ExceptionAsync(() => FindAsync(reads, page.Id)) is StoreNotHeldException,
            Deadline,
            () => "the end of the session that held the database");
        using (Opened(_database))
        {
            await Assert.ThrowsAsync<StoreNotHeldException>(() => FindAsync(reads, page.Id));
            await Poll.UntilAsync(
                () => Record.Exception(store.Confirm) is StoreRefusedException,
                Deadline,
                () => "an idle process to notice that its database is another's");
            await Assert.ThrowsAsync<StoreNotHeldException>(() => FindAsync(reads, page.Id));
        }

        store.Confirm();
        Assert.Equal(page, await reads.FindPendingAsync(page.Id, CancellationToken.None));
    }

    [Fact]
    public async Task A_figure_that_takes_too_long_is_left_out_alone()
    {
        using var store = Opened(_database);
        using var reads = new PostgresReads(_database, () => store.Held);
        await using var blocker = new NpgsqlConnection(_database);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await ExecuteAsync("LOCK TABLE timers IN ACCESS EXCLUSIVE MODE", blocker);

        var figures = await reads.FiguresAsync(CancellationToken.None);

        Assert.Null(figures.Timers);
        Assert.NotNull(figures.Incidents);
        Assert.Equal((0, 0, 0, 0), (figures.OpenAlerts, figures.Outbox, figures.Messages, figures.Poison));
    }

    [Fact]
    public async Task A_backup_in_progress_stops_neither_commits_nor_pruning()
    {
        using var store = Opened(_database);
        store.Commit(Decided(turn: 1, Given.At(0)));
        store.Commit(new TurnWrite { Turn = 2, At = Given.At(0), ReplayTurn = 1 });
        await using (var backup = new NpgsqlConnection(_database))
        {
            await backup.OpenAsync();
            await using var transaction = await backup.BeginTransactionAsync();
            await ExecuteAsync("LOCK TABLE turns, log IN ACCESS SHARE MODE", backup);
            store.Commit(Decided(turn: 3, Given.At(86_400 * 40)));
            PruneAll(store);
            Assert.Equal(2, await NumberAsync("SELECT COUNT(*) FROM log"));
        }

        PruneAll(store);
        Assert.Equal(1, await NumberAsync("SELECT COUNT(*) FROM log"));
    }

    [Fact]
    public async Task A_period_whose_removal_was_done_without_our_hearing_of_it_stops_no_later_one()
    {
        using var store = Opened(_database);
        store.Commit(Decided(turn: 1, Given.At(0)));
        store.Commit(Decided(turn: 2, Given.At(86_400)));
        store.Commit(new TurnWrite { Turn = 3, At = Given.At(86_400 * 40), ReplayTurn = 2 });
        await ExecuteAsync("""
            DO $$ BEGIN EXECUTE 'DROP TABLE ' || (
                SELECT min(relname::text) FROM pg_class WHERE relname ~ '^log_[0-9]+$');
            END $$
            """);
        await TerminateWriterAsync();
        await Poll.UntilAsync(
            () => Record.Exception(() => PruneAll(store)) is null, Deadline,
            () => "the store to have its database again");
        Assert.Equal(0, await NumberAsync("SELECT COUNT(*) FROM log"));
    }

    [Fact]
    public async Task A_full_disk_of_the_server_holds_intake_alone_back_until_it_is_worth_a_try()
    {
        using var store = new PostgresStore(_database) { RefusesIntakeFor = TimeSpan.FromSeconds(1) };
        store.Open();
        await ExecuteAsync("""
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON log EXECUTE FUNCTION full_disk();
            """);
        Assert.False(store.InReserve);
        Assert.Throws<CommitFailedException>(() => store.Commit(Decided(turn: 1, Given.At(0))));
        Assert.True(store.InReserve);

        await ExecuteAsync("DROP TRIGGER full_disk ON log");
        store.Commit(Decided(turn: 1, Given.At(0)));
        await Poll.UntilAsync(() => !store.InReserve, Deadline, () => "intake to be tried again");
    }

    private static void PruneAll(PostgresStore store)
    {
        for (var slices = 0; store.Prune(Everything, Given.At(86_400 * 40), replayTurn: 2); slices++)
        {
            Assert.True(slices < 20, "Pruning says there is more to do although twenty slices are done.");
        }
    }

    [Fact]
    public async Task A_checkpoint_stays_in_the_pages_of_the_tallies()
    {
        using var store = Opened(_database);
        for (var round = 1; round <= 5; round++)
        {
            var turn = new TurnWrite { Turn = ++_turn, At = Given.At(_turn) };
            turn.Grains.AddRange(Enumerable.Range(1, 200).Select(number => round == 1
                ? Given.Write(Given.Alert($"a{number}", number), round)
                : Given.Tally(Given.Alert($"a{number}", number).Seen(round, round), round)));
            store.Commit(turn);
        }

        store.Dispose();
        await Poll.UntilAsync(
            async () => await UpdatesAsync("n_tup_upd", "alert_tallies") == 800,
            Deadline,
            () => "800 updates of tallies in the server's statistics");
        Assert.InRange(await UpdatesAsync("n_tup_hot_upd", "alert_tallies"), 760, 800);
        Assert.Equal(0, await UpdatesAsync("n_tup_upd", "alert_docs"));
    }

    private static TurnWrite Decided(long turn, DateTimeOffset at)
    {
        var write = new TurnWrite { Turn = turn, At = at };
        var grain = new GrainId(GrainKind.Alert, "a");
        write.Log.Add(new LogRow(1, turn, at, grain, "alert.receive", Outcome.Material, "", "{}"u8.ToArray(), null));
        return write;
    }

    private static PostgresStore Opened(string database)
    {
        var store = new PostgresStore(database);
        store.Open();
        return store;
    }

    private void Commit(PostgresStore store) => store.Commit(new TurnWrite { Turn = ++_turn, At = Given.At(_turn) });

    // What a broken connection is noticed by depends on timing: the outcome may be unknown once, then it is clear.
    private Task CommitUntilItWorksAsync(PostgresStore store) => Poll.UntilAsync(
        () =>
        {
            try
            {
                Commit(store);
                return true;
            }
            catch (CommitUnknownException)
            {
                _turn = store.Open().Turn;
                return false;
            }
        },
        Deadline,
        () => "a commit after the connection was lost");

    private Task TerminateWriterAsync() => Server.ExecuteAsync($"""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '{new NpgsqlConnectionStringBuilder(_database).Database}'
            AND application_name LIKE 'correlation ________, process %'
        """);

    private static Task<Delivery?> FindAsync(PostgresReads reads, Guid id) =>
        reads.FindPendingAsync(id, CancellationToken.None).AsTask();

    private Task<long> WaitingAsync() => NumberAsync("SELECT COUNT(*) FROM pg_locks WHERE NOT granted");

    private Task<long> UpdatesAsync(string figure, string table) =>
        NumberAsync($"SELECT {figure} FROM pg_stat_user_tables WHERE relname = '{table}'");

    private async Task<long> NumberAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await ExecuteAsync(sql, connection);
    }

    private static async Task ExecuteAsync(string sql, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
