using Correlation.Gateway.Seams;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Topology;
using Correlation.Silo.Commands.Replay;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Commands.Replay;

/// <summary>What incidents are blamed on, before and after a change of the catalogue.</summary>
public sealed class ReplayCausesTests : IDisposable
{
    private const string Yaml = Stories.Yaml + """

        kinds:
          - { name: stale, priority: P3, team: ml, alert_names: [Stale], entity_labels: [feature_view], hold: 10s }
          - { name: released, priority: P5, team: ml, nature: change }
          - name: drift
            priority: P3
            team: ml
            alert_names: [Drift]
            entity_labels: [model]
            hold: 10s
            caused_by: [{ kind: stale, lag: { max: 6h } }, { kind: released, lag: { max: 6h } }]
        """;

    /// <summary>That a feature view is stale explains no drift any more.</summary>
    private static readonly string WithoutStale = Yaml.Replace(
        "{ kind: stale, lag: { max: 6h } }, ", "", StringComparison.Ordinal);

    private readonly TempFolder _folder = new("replay-causes");
    private readonly SqliteStore _store;
    private readonly RecordedShard _service;

    public ReplayCausesTests()
    {
        _store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        _service = new RecordedShard(_store, Stories.Policy(Yaml));
        Tell();
    }

    public void Dispose()
    {
        _service.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Causes_are_told_again_as_they_were()
    {
        var report = await ReplayAsync(Yaml);

        ReplayerTests.AssertNone(report.Recorded);
        ReplayerTests.AssertNone(report.Difference);
    }

    [Fact]
    public async Task What_is_blamed_on_something_else_under_the_changed_catalogue_is_named_with_both()
    {
        var difference = (await ReplayAsync(WithoutStale)).Difference;

        Assert.Equal(
            [("feature_view:user_stats (stale)", "feature_view:user_stats (stale), model:churn (released)")],
            difference.Causes.Select(change => (change.Before, change.After)));
        Assert.Equal(["split"], difference.Incidents.Select(change => change.Kind));
    }

    [Fact]
    public async Task The_same_incident_can_have_another_cause()
    {
        var difference = (await ReplayAsync(WithoutStale.Replace("[{ kind: released, lag: { max: 6h } }]", "[]", StringComparison.Ordinal))).Difference;

        var search = Assert.Single(difference.Causes, change => change.Before == "model:search (released)");
        Assert.Equal("model:search (drift)", search.After);
        Assert.DoesNotContain(
            difference.Incidents, change => change.Before.Any(incident => incident.Id == search.Incident.Id));
    }

    [Fact]
    public async Task The_same_log_and_folders_give_the_same_bytes()
    {
        var first = ReplayJson.Write(await ReplayAsync(WithoutStale));

        Assert.Contains("\"feature_view:user_stats (stale), model:churn (released)\"", first, StringComparison.Ordinal);
        Assert.Equal(first, ReplayJson.Write(await ReplayAsync(WithoutStale)));
    }

    /// <summary>A stale feature view under a model that drifts and was released, and a model that only was.</summary>
    private void Tell()
    {
        _service.Send(
            TopologyState.Id,
            new TopologyCommand.Declare([], [new Edge("feature_view:user_stats", "model:churn")]),
            CommandClass.Person);
        Release("model:churn", "v7");
        Release("model:search", "v3");
        _service.Advance(TimeSpan.FromHours(3));
        _service.Fire("stale", "Stale", ("feature_view", "user_stats"));
        _service.Advance(TimeSpan.FromMinutes(5));
        _service.Fire("churn drifts", "Drift", ("model", "churn"));
        _service.Fire("search drifts", "Drift", ("model", "search"));
        _service.Advance(TimeSpan.FromMinutes(30));
    }

    private void Release(string urn, string id) => _service.Send(
        new GrainId(GrainKind.Entity, urn), new EntityCommand.Changed("released", id, $"{urn} {id}", _service.Now),
        CommandClass.Intake);

    private async Task<ReplayReport> ReplayAsync(string yaml)
    {
        using var log = new SqliteRecordedLog(_folder.Path);
        return await ReplayerTests.ReplayAsync(log, Stories.Policy(yaml));
    }
}
