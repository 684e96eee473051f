using System.Text;
using Correlation.Gateway.Seams;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>What the gateway relies on, whichever database keeps the bodies.</summary>
public abstract class QuarantineContract
{
    private static readonly QuarantineBounds Bounds = QuarantineBounds.Default;

    protected abstract IQuarantine Room { get; }

    /// <summary>Closes it and opens what is on disk anew.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task A_body_is_read_back_whole_also_after_a_restart()
    {
        byte[] odd = [0, 0xFF, (byte)'{', 0xC3];
        await KeepAsync("first", "{");
        await Room.KeepAsync(
            new QuarantinedBody(0, Given.At(2), "opsgenie", "churn ä", "ml", "not JSON\0", -1, odd), Bounds, default);
        Reopen();
        var kept = await ListAsync();
        Assert.Equal([true, true], [kept[0].Id > kept[1].Id, kept[0].Begin.Span.SequenceEqual(odd)]);
        Assert.Equal(
            (Given.At(2), "opsgenie", "churn ä", "ml", -1L),
            (kept[0].At, kept[0].Source, kept[0].Key, kept[0].Team, kept[0].Size));
        Assert.StartsWith("not JSON", kept[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_back_from_the_newest()
    {
        await KeepAsync("k", "1", "2", "3");
        var newest = await ListAsync(limit: 2);
        Assert.Equal(["3", "2"], Texts(newest));
        Assert.Equal(["1"], Texts(await ListAsync(before: newest[1].Id)));
    }

    [Fact]
    public async Task A_team_sees_its_own()
    {
        await Room.KeepAsync(Body("a", "1") with { Team = "ML" }, Bounds, default);
        await Room.KeepAsync(Body("b", "2") with { Team = "serving" }, Bounds, default);
        await KeepAsync("c", "3");
        Assert.Equal(["1"], Texts(await ListAsync(team: "ml")));
        Assert.Equal(3, (await ListAsync()).Count);
    }

    [Fact]
    public async Task One_key_pushes_out_only_its_own()
    {
        await KeepAsync("quiet", "evidence");
        for (var n = 0; n < 8; n++)
        {
            await Room.KeepAsync(Body("noisy", $"{n}"), Bounds with { CountPerKey = 3 }, default);
        }

        Assert.Equal(["7", "6", "5", "evidence"], Texts(await ListAsync()));
    }

    [Fact]
    public async Task No_more_are_kept_than_the_bounds_say_by_count_bytes_and_age()
    {
        await KeepAsync("k", "1", "2", "3", "4");
        await Room.KeepAsync(Body("k", "5"), Bounds with { Count = 3 }, default);
        Assert.Equal(["5", "4", "3"], Texts(await ListAsync()));
        await Room.KeepAsync(Body("k", "123456"), Bounds with { Bytes = 7 }, default);
        Assert.Equal(["123456", "5"], Texts(await ListAsync()));
        Assert.Empty(await Room.ListAsync(null, Given.At(2), null, 9, default));
        await Room.KeepAsync(
            Body("k", "young") with { At = Given.At(10) }, Bounds with { Age = TimeSpan.FromSeconds(5) }, default);
        Assert.Equal(["young"], Texts(await ListAsync()));
    }

    private static QuarantinedBody Body(string key, string text) =>
        new(0, Given.At(1), "alertmanager", key, "", "bad", text.Length, Encoding.UTF8.GetBytes(text));

    private static IEnumerable<string> Texts(IEnumerable<QuarantinedBody> bodies) =>
        bodies.Select(body => Encoding.UTF8.GetString(body.Begin.Span));

    private async Task KeepAsync(string key, params string[] texts)
    {
        foreach (var text in texts)
        {
            await Room.KeepAsync(Body(key, text), Bounds, default);
        }
    }

    private ValueTask<IReadOnlyList<QuarantinedBody>> ListAsync(
        string? team = null, long? before = null, int limit = 100) =>
        Room.ListAsync(team, Given.At(0), before, limit, default);
}

public sealed class SqliteQuarantineTests : QuarantineContract, IDisposable
{
    private readonly TempFolder _folder = new("quarantine");
    private SqliteQuarantine _room;

    public SqliteQuarantineTests() => _room = new SqliteQuarantine(_folder.Path);

    protected override IQuarantine Room => _room;

    public void Dispose()
    {
        _room.Dispose();
        _folder.Dispose();
    }

    protected override void Reopen()
    {
        _room.Dispose();
        _room = new SqliteQuarantine(_folder.Path);
    }
}

public sealed class PostgresQuarantineTests : QuarantineContract, IClassFixture<PostgresDatabase>, IAsyncLifetime, IDisposable
{
    private readonly PostgresDatabase _database;
    private PostgresQuarantine _room;

    public PostgresQuarantineTests(PostgresDatabase database) =>
        (_database, _room) = (database, new PostgresQuarantine(database.ConnectionString));

    protected override IQuarantine Room => _room;

    public Task InitializeAsync() => _database.EmptyAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _room.Dispose();

    protected override void Reopen()
    {
        _room.Dispose();
        _room = new PostgresQuarantine(_database.ConnectionString);
    }
}
