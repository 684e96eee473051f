using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>What only the embedded store promises: its folder, its disk, its log.</summary>
public sealed class SqliteFaultTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new("store");
    private long _turn;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_store_on_the_folder_is_refused_and_names_the_holder()
    {
        using var first = Opened(_folder.Path);
        using var second = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        var refused = Assert.Throws<StoreRefusedException>(second.Open);
        Assert.Contains($"Process {Environment.ProcessId} already runs", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CORRELATION_DATA", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_free_again_when_its_store_is_closed()
    {
        Opened(_folder.Path).Dispose();
        using var second = Opened(_folder.Path);
        Commit(second, 100);
    }

    [Theory]
    [InlineData("PRAGMA journal_mode = DELETE", "journal_mode")]
    [InlineData("PRAGMA synchronous = NORMAL", "synchronous")]
    [InlineData("PRAGMA synchronous = OFF", "synchronous")]
    public void Weaker_durability_is_refused_by_name(string weaker, string named)
    {
        using var connection = SqliteFile.Open(_folder.PathOf("weak.db"), SqliteOpenMode.ReadWriteCreate);
        Durability.Require(connection);
        Execute(connection, weaker);
        var refused = Assert.Throws<StoreRefusedException>(() => Durability.Check(connection));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_writer_is_as_durable_as_promised()
    {
        using var writer = new Writer(SqliteFile.In(_folder.Path));
        using var synchronous = new Statement(writer.Database, "PRAGMA synchronous");
        Assert.Equal(2, synchronous.One(row => row.Long(0)));
    }

    [Fact]
    public void A_database_that_is_none_is_refused_by_name()
    {
        File.WriteAllText(SqliteFile.In(_folder.Path), new string('x', 8_192));
        using var store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);

        Assert.Contains(
            SqliteFile.In(_folder.Path),
            Assert.Throws<StoreRefusedException>(store.Open).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_may_read_the_database()
    {
        using var store = Opened(_folder.Path);
        Commit(store, 100);

        Assert.All(
            Directory.GetFiles(_folder.Path, SqliteFile.Name + "*"),
            file => Assert.True(
                OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)));
    }

    [Fact]
    public void A_database_of_a_newer_release_is_refused()
    {
        Opened(_folder.Path).Dispose();
        using (var connection = SqliteFile.Open(SqliteFile.In(_folder.Path), SqliteOpenMode.ReadWrite))
        {
            Execute(connection, "INSERT INTO schema_versions VALUES (9000, '9000-later.sql')");
        }

        using var store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        var refused = Assert.Throws<StoreRefusedException>(store.Open);
        Assert.Contains("schema version 9000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_does_not_grow_for_ever_under_steady_writing()
    {
        var bounds = new CheckpointBounds(TimeSpan.FromMilliseconds(5), Restart: 4 << 20, Truncate: 8 << 20);
        using var store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance, bounds);
        store.Open();
        var log = new FileInfo(SqliteFile.In(_folder.Path) + "-wal");
        var written = 0L;
        await Poll.UntilAsync(
            () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    Commit(store, 200_000);
                    written += 200_000;
                }

                log.Refresh();
                return written > 20 * log.Length;
            },
            Deadline,
            () => $"a log of less than a twentieth of what was written, but {written} bytes made it {log.Length}");
    }

    [SmallDiskFact]
    public async Task A_full_disk_leaves_people_the_reserve_and_recovers_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 128);
        var bounds = CheckpointBounds.Default with { Pause = TimeSpan.FromMilliseconds(5) };
        using var store = new SqliteStore(disk.Path, NullLogger<SqliteStore>.Instance, bounds);
        store.Open();
        Assert.False(store.InReserve);
        var filler = disk.Fill(leaveBytes: 2 << 20);

        while (!store.InReserve)
        {
            Commit(store, 100_000);
        }

        for (var acknowledgement = 0; acknowledgement < 100; acknowledgement++)
        {
            Commit(store, 4_000);
        }

        File.Delete(filler);
        await Poll.UntilAsync(() => !store.InReserve, Deadline,
            () => "the reserve restored after the disk had room again");
        Assert.True(File.Exists(Path.Combine(disk.Path, "reserve")));
        Commit(store, 1_000_000);
        Assert.Equal(_turn, store.Open().Turn);
    }

    [SmallDiskFact]
    public async Task Without_room_and_reserve_commits_surely_fail_until_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 128);
        using var store = Opened(disk.Path);
        var filler = disk.Fill(leaveBytes: 1 << 20);
        var last = CommitUntilItFails(store);

        // Nothing of the failed turn is there, and reading goes on.
        Assert.Equal(last, store.ReadRepeats(0).Last().Turn);
        File.Delete(filler);
        Commit(store, 2_000_000);
        Assert.Equal(_turn, store.Open().Turn);
    }

    private long CommitUntilItFails(SqliteStore store)
    {
        var failed = Assert.Throws<CommitFailedException>(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                Commit(store, 100_000);
            }
        });
        Assert.Contains("full", failed.Message, StringComparison.OrdinalIgnoreCase);
        return --_turn;
    }

    private void Commit(SqliteStore store, int bytes) =>
        store.Commit(new TurnWrite { Turn = ++_turn, At = Given.At(_turn), Repeats = new byte[bytes] });

    private static SqliteStore Opened(string folder)
    {
        var store = new SqliteStore(folder, NullLogger<SqliteStore>.Instance);
        store.Open();
        return store;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection.Handle!, sql);
        statement.Run();
    }
}
