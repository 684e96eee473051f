using System.Diagnostics;
using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Wire;

/// <summary>
/// An object of the policy that was made through an API, as it is stored: the only place that knows what kinds there are.
/// </summary>
/// <param name="Kind">A stable word.</param>
/// <param name="Document">Null when the object is gone.</param>
public sealed record PolicyObject(string Kind, string Id, byte[]? Document)
{
    private const string Silence = "silence";
    private const string Maintenance = "maintenance";
    private const string Override = "override";
    private const string Schedule = "schedule";

    public static PolicyObject Of(PolicyChange change) => change switch
    {
        PolicyChange.SilenceSet(var silence) => Set(Silence, silence.Id, silence),
        PolicyChange.SilenceGone(var id) => new(Silence, id, null),
        PolicyChange.MaintenanceSet(var window) => Set(Maintenance, window.Id, window),
        PolicyChange.MaintenanceGone(var id) => new(Maintenance, id, null),
        PolicyChange.OverrideSet(var made) => Set(Override, made.Id, made),
        PolicyChange.OverrideGone(var id) => new(Override, id, null),
        PolicyChange.ScheduleSet(var schedule) => Set(Schedule, schedule.Id, schedule),
        PolicyChange.ScheduleGone(var id) => new(Schedule, id, null),
        _ => throw new UnreachableException($"Unknown policy change {change}."),
    };

    public PolicyChange ToChange() => (Kind, Document) switch
    {
        (Silence, null) => new PolicyChange.SilenceGone(Id),
        (Silence, var document) => new PolicyChange.SilenceSet(Read<Silencing>(document)),
        (Maintenance, null) => new PolicyChange.MaintenanceGone(Id),
        (Maintenance, var document) => new PolicyChange.MaintenanceSet(Read<MaintenanceWindow>(document)),
        (Override, null) => new PolicyChange.OverrideGone(Id),
        (Override, var document) => new PolicyChange.OverrideSet(Read<Policy.Override>(document)),
        (Schedule, null) => new PolicyChange.ScheduleGone(Id),
        (Schedule, var document) => new PolicyChange.ScheduleSet(Read<Policy.Schedule>(document)),
        _ => throw new JsonException($"A stored policy object is of kind '{Kind}': was it written by a newer release?"),
    };

    private static PolicyObject Set<T>(string kind, string id, T value) =>
        new(kind, id, JsonSerializer.SerializeToUtf8Bytes(value, WireJson.Options));

    private static T Read<T>(byte[] document) =>
        JsonSerializer.Deserialize<T>(document, WireJson.Options) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
