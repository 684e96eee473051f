using System.Diagnostics;
using System.Text.Json;
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

namespace Correlation.Grains.Wire;

/// <summary>
/// Stored states: a JSON document by shape version, and beside it the small tally that repeats advance.
/// </summary>
public static class StateWire
{
    /// <summary>
    /// Shape written by this release. Read: this one, those before it, and unknown fields. One that this release could
    /// not read comes with a schema file of both stores named shape-N, so that older processes do not take the store
    /// over.
    /// </summary>
    public const int Shape = 1;

    /// <summary>A past episode is stored as the alert it was, whether its alias or a person wrote it last.</summary>
    public static byte[] Document(GrainState state) => state switch
    {
        ClosedAlertState closed => Document(closed.Alert),
        RestingAlert => throw new UnreachableException($"{state.Grain} rests: its document is stored already."),
        _ => JsonSerializer.SerializeToUtf8Bytes(state, state.GetType(), WireJson.Lean),
    };

    public static byte[] Tally(GrainState state) =>
        state.Tally is { } tally ? JsonSerializer.SerializeToUtf8Bytes(tally, tally.GetType(), WireJson.Lean) : [];

    public static GrainState Read(GrainKind kind, ReadOnlySpan<byte> document, ReadOnlySpan<byte> tally)
    {
        GrainState state = kind switch
        {
            GrainKind.Alert => Parse<AlertState>(document),
            GrainKind.ClosedAlert => new ClosedAlertState { Alert = Parse<AlertState>(document) },
            GrainKind.Entity => Parse<EntityState>(document),
            GrainKind.Incident => Parse<IncidentState>(document),
            GrainKind.Silence => Parse<SilenceState>(document),
            GrainKind.Inhibition => Parse<InhibitionState>(document),
            GrainKind.Maintenance => Parse<MaintenanceState>(document),
            GrainKind.Heartbeat => Parse<HeartbeatState>(document),
            GrainKind.Override => Parse<OverrideState>(document),
            GrainKind.Schedule => Parse<ScheduleState>(document),
            GrainKind.SavedSearch => Parse<SavedSearchState>(document),
            GrainKind.Topology => Parse<TopologyState>(document),
            GrainKind.Job => Parse<JobState>(document),
            GrainKind.Contact => Parse<ContactState>(document),
            GrainKind.Resource => Parse<ResourceState>(document),
            _ => throw new UnreachableException($"No state of kind {kind}."),
        };

        return tally.IsEmpty ? state : state.WithTally(kind switch
        {
            GrainKind.Alert or GrainKind.ClosedAlert => Parse<AlertTally>(tally),
            GrainKind.Heartbeat => Parse<HeartbeatTally>(tally),
            _ => throw new UnreachableException($"{kind} keeps no tally."),
        });
    }

    private static T Parse<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<T>(json, WireJson.Options)
            ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
