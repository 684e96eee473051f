using Correlation.Grains.Policy;
using Correlation.Silo.Commands.Replay;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Commands.Replay;

/// <summary>What a service recorded on SQLite, told again.</summary>
public sealed class ReplayerTests : IDisposable
{
    private readonly TempFolder _folder = new("replay");
    private readonly SqliteStore _store;
    private readonly RecordedShard _service;

    public ReplayerTests()
    {
        _store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        _service = new RecordedShard(_store, Stories.Policy(Stories.Yaml));
    }

    public void Dispose()
    {
        _service.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Under_the_configuration_that_was_recorded_it_tells_exactly_what_happened()
    {
        Stories.Tell(_service);
        var report = await ReplayAsync();

        AssertNone(report.Recorded);
        AssertNone(report.Difference);
        Assert.Equal((6, 6), (report.Difference.Before.Incidents, report.Difference.Before.Alerts));
        Assert.Equal(
            [("ann", 7), ("bob", 5)],
            report.Difference.Before.PagesByPerson.Select(person => (person.Key, person.Value)));
        Assert.Empty(report.BaselineRun.Refused);
        Assert.Empty(report.BaselineRun.Poison);
        Assert.Empty(report.LeftOut);
    }

    /// <summary>Also where most re-sends are gone from the log, and their hours are left.</summary>
    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 50)]
    [InlineData(3, 50)]
    [InlineData(4, 130)]
    [InlineData(5, 130)]
    public async Task Whatever_happened_is_told_again_exactly_and_in_the_same_bytes(int seed, int minutes)
    {
        Stories.TellAny(_service, seed, minutes);
        var report = await ReplayAsync();

        AssertNone(report.Recorded);
        AssertNone(report.Difference);
        Assert.True(report.Difference.Before.Pages > 5, "The story is expected to page somebody.");
        var first = ReplayJson.Write(await ReplayAsync(Stories.Changed));
        Assert.Equal(first, ReplayJson.Write(await ReplayAsync(Stories.Changed)));
        Assert.Contains("\"joined\"", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_ladder_and_grouping_show_in_pages_and_incidents()
    {
        Stories.Tell(_service);
        var difference = (await ReplayAsync(Stories.Changed)).Difference;

        var joined = Assert.Single(difference.Incidents);
        Assert.Equal(("joined", 2, 1), (joined.Kind, joined.Before.Count, joined.After[0].Alerts - 1));
        Assert.Equal(
            ["gone ann 1", "moved bob 2"],
            difference.Pages.Where(page => page.Incident.Title.Contains("churn", StringComparison.Ordinal))
                .Select(page => $"{page.Kind} {page.Who} {page.Step}").Order(StringComparer.Ordinal));
        Assert.Equal((6, 5), (difference.Before.Incidents, difference.After.Incidents));
        Assert.Equal(difference.Before.PagesByPerson["ann"] - 1, difference.After.PagesByPerson["ann"]);
    }

    [Fact]
    public async Task A_configuration_that_came_in_force_in_the_middle_is_the_first_side_s_from_then_on()
    {
        _service.Fire("one", service: "a");
        _service.Advance(TimeSpan.FromMinutes(10));
        _service.Publish(Stories.Policy(Stories.Changed));
        _service.Fire("two", service: "b");
        _service.Advance(TimeSpan.FromMinutes(10));

        var report = await ReplayAsync(Stories.Changed);

        AssertNone(report.Recorded);
        var moved = Assert.Single(report.Difference.Pages);
        Assert.Equal(("moved", "bob", TimeSpan.FromMinutes(3)), (moved.Kind, moved.Who, moved.Before - moved.After));
        Assert.Contains("policy version 1, 2", report.Baseline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_log_lost_at_its_beginning_is_counted_and_said()
    {
        Stories.Tell(_service);
        Run("DELETE FROM log WHERE id < (SELECT id FROM log WHERE type = 'alert.handle' ORDER BY id LIMIT 1)");
        var report = await ReplayAsync();

        Assert.Contains(
            report.BaselineRun.Refused.Keys, why => why.StartsWith("alert.handle: ", StringComparison.Ordinal));
        Assert.Contains("re-sends of alerts that opened before the log begins", report.LeftOut.Keys);
        Assert.Contains(report.Notes, note => note.StartsWith("Older turns are not kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_of_a_newer_release_are_named_and_skipped()
    {
        Stories.Tell(_service);
        Run("UPDATE log SET type = 'alert.levitate' WHERE type = 'alert.handle'");
        var report = await ReplayAsync();

        Assert.Equal(
            3, report.LeftOut["commands 'alert.levitate' that this release cannot read: a newer one wrote them"]);
        Assert.Equal(6, report.Difference.Before.Incidents);
    }

    [Fact]
    public async Task A_part_of_the_log_is_compared_and_all_before_it_is_run()
    {
        Stories.Tell(_service);
        var from = _service.Now - TimeSpan.FromMinutes(62);
        var report = await ReplayAsync(Stories.Changed, from, from + TimeSpan.FromMinutes(30));

        Assert.Equal(from, report.From);
        Assert.Equal((2, 2), (report.Difference.Before.Incidents, report.Difference.After.Incidents));
    }

    /// <summary>Also re-sends of which only the hours are left keep their alert open.</summary>
    [Fact]
    public async Task Re_sends_that_are_kept_by_the_hour_alone_are_sent_again()
    {
        for (var minute = 0; minute < 200; minute++)
        {
            _service.Fire("drift", resends: TimeSpan.FromMinutes(4));
            _service.Advance(TimeSpan.FromMinutes(1));
        }

        _service.Advance(TimeSpan.FromMinutes(10));
        var report = await ReplayAsync();

        Assert.True(report.Replayed["re-sends known by the hour"] > 60);
        AssertNone(report.Recorded);
        Assert.Equal(1, report.Difference.Before.Incidents);
    }

    private async Task<ReplayReport> ReplayAsync(
        string yaml = Stories.Yaml, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var log = new SqliteRecordedLog(_folder.Path);
        return await ReplayAsync(log, Stories.Policy(yaml), from, to);
    }

    internal static async Task<ReplayReport> ReplayAsync(
        Silo.Storage.IRecordedLog log, PolicyVersion changed, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        (await new Replayer(log, new ReplayRequest(changed, "changed", null, null, from, to)).RunAsync(_ => { }, CancellationToken.None))!;

    internal static void AssertNone(Difference difference) => Assert.True(difference.IsEmpty, Changes(difference));

    /// <summary>Short enough to read where a test fails.</summary>
    private static string Changes(Difference difference) => string.Join('\n', difference.Incidents
        .Select(change => $"{change.Kind} {string.Join('+', change.Before.Select(i => i.Title))} > {string.Join('+', change.After.Select(i => i.Title))}")
        .Concat(
            difference.Pages.Select(
                page => $"{page.Kind} {page.Who} {page.Step} {page.Before:O} > {page.After:O} {page.Incident.Title}"))
        .Concat(difference.Causes.Select(cause => $"{cause.Before} > {cause.After}"))
        .Concat(
            difference.FirstPages.Select(
                first => $"{first.BeforeSeconds} > {first.AfterSeconds} {first.Incident.Title}")));

    private void Run(string sql)
    {
        using var connection = SqliteFile.Open(SqliteFile.In(_folder.Path), SqliteOpenMode.ReadWrite);
        using var statement = new Statement(connection.Handle!, sql);
        statement.Run();
    }
}
