using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Correlation.Grains.Alerts;
using Correlation.Grains.Contacts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Lineage;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>
/// Stored states: a document of every kind of grain with every field set, and what its repeats advance.
/// </summary>
public sealed class GoldenStateTests
{
    public static readonly TheoryData<GrainKind, string> Kinds = new()
    {
        { GrainKind.Alert, "alert" },
        { GrainKind.ClosedAlert, "closed-alert" },
        { GrainKind.Entity, "entity" },
        { GrainKind.Incident, "incident" },
        { GrainKind.Silence, "silence" },
        { GrainKind.Inhibition, "inhibition" },
        { GrainKind.Maintenance, "maintenance" },
        { GrainKind.Heartbeat, "heartbeat" },
        { GrainKind.SavedSearch, "saved-search" },
        { GrainKind.Override, "override" },
        { GrainKind.Schedule, "schedule" },
        { GrainKind.Topology, "topology" },
        { GrainKind.Job, "job" },
        { GrainKind.Contact, "contact" },
        { GrainKind.Resource, "resource" },
    };

    [Fact]
    public void Every_kind_of_grain_has_its_file() =>
        Assert.Equal(Enum.GetValues<GrainKind>(), Kinds.Select(row => (GrainKind)row[0]).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_state_with_every_field_set_is_written_as_in_its_file(GrainKind kind, string file)
    {
        var state = Full(kind);

        GoldenFile.AssertIs(file + ".json", GoldenFile.Pretty(StateWire.Document(state)));
        if (state.Tally is not null)
        {
            GoldenFile.AssertIs(file + ".tally.json", GoldenFile.Pretty(StateWire.Tally(state)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stored_state_is_read_and_written_again_byte_for_byte(GrainKind kind, string file)
    {
        var (document, tally) = Stored(kind, file);

        var state = StateWire.Read(kind, document, tally);

        Assert.Equal(Full(kind), state);
        Assert.Equal(Encoding.UTF8.GetString(document), Encoding.UTF8.GetString(StateWire.Document(state)));
        Assert.Equal(Encoding.UTF8.GetString(tally), Encoding.UTF8.GetString(StateWire.Tally(state)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_field_of_a_newer_release_is_carried_through(GrainKind kind, string file)
    {
        var (document, tally) = Stored(kind, file);
        var newer = JsonNode.Parse(document)!.AsObject();
        newer["fromTheFuture"] = new JsonObject { ["score"] = 0.25, ["path"] = new JsonArray("a", "b") };

        var written = StateWire.Document(StateWire.Read(kind, Encoding.UTF8.GetBytes(newer.ToJsonString()), tally));

        Assert.True(JsonNode.DeepEquals(newer, JsonNode.Parse(written)), Encoding.UTF8.GetString(written));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_field_of_a_state_is_missing_in_its_file(GrainKind kind, string file)
    {
        var type = Full(kind) is ClosedAlertState ? typeof(AlertState) : Full(kind).GetType();
        var fields = JsonNode.Parse(GoldenFile.Read(file + ".json"))!.AsObject().Select(field => field.Key);

        Assert.Equal(
            Sample.StoredProperties(type).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(),
            fields.Order());
    }

    private static GrainState Full(GrainKind kind) => kind switch
    {
        GrainKind.Alert => Sample.Of<AlertState>() with { Count = Sample.Of<AlertTally>() },
        GrainKind.ClosedAlert => new ClosedAlertState { Alert = (AlertState)Full(GrainKind.Alert) },
        GrainKind.Entity => Sample.Of<EntityState>(),
        GrainKind.Incident => Sample.Of<IncidentState>(),
        GrainKind.Silence => Sample.Of<SilenceState>(),
        GrainKind.Inhibition => Sample.Of<InhibitionState>(),
        GrainKind.Maintenance => Sample.Of<MaintenanceState>(),
        GrainKind.Heartbeat => Sample.Of<HeartbeatState>() with { Pings = Sample.Of<HeartbeatTally>() },
        GrainKind.SavedSearch => Sample.Of<SavedSearchState>(),
        GrainKind.Override => Sample.Of<OverrideState>(),
        GrainKind.Schedule => Sample.Of<ScheduleState>(),
        GrainKind.Topology => Sample.Of<TopologyState>(),
        GrainKind.Job => Sample.Of<JobState>(),
        GrainKind.Contact => Sample.Of<ContactState>(),
        GrainKind.Resource => Sample.Of<ResourceState>(),
        _ =>
            throw new ArgumentOutOfRangeException(
                nameof(kind), kind, "A new kind of grain needs a state here and a file."),
    };

    private static (byte[] Document, byte[] Tally) Stored(GrainKind kind, string file) => (
        Compact(GoldenFile.Read(file + ".json")),
        Full(kind).Tally is null ? [] : Compact(GoldenFile.Read(file + ".tally.json")));

    private static byte[] Compact(string pretty)
    {
        using var document = JsonDocument.Parse(pretty);
        return Encoding.UTF8.GetBytes(GoldenFile.Written(
            new JsonWriterOptions { Encoder = WireJson.Options.Encoder }, writer => document.RootElement.WriteTo(writer)));
    }
}
