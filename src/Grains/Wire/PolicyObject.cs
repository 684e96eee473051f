using System.Diagnostics;
using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Wire;

/// <summary>
/// An object of the policy that was made through an API, as it is stored: the only place that knows what kinds there
/// are.
/// </summary>
/// <param name="Kind">A stable word.</param>
/// <param name="Document">Null when the object is gone.</param>
public sealed record PolicyObject(string Kind, string Id, byte[]? Document)
{
    private const string Silence = "silence";
    private const string Maintenance = "maintenance";
    private const string Override = "override";
    private const string Schedule = "schedule";
    private const string Contact = "contact";
    private const string Resource = "resource";
    private const string Entity = "entity";
    private const string Edge = "edge";

    /// <summary>In the order in which they are to be written.</summary>
    public static IEnumerable<PolicyObject> Of(PolicyChange change) => change switch
    {
        PolicyChange.SilenceSet(var silence) => [Set(Silence, silence.Id, silence)],
        PolicyChange.SilenceGone(var id) => [new(Silence, id, null)],
        PolicyChange.MaintenanceSet(var window) => [Set(Maintenance, window.Id, window)],
        PolicyChange.MaintenanceGone(var id) => [new(Maintenance, id, null)],
        PolicyChange.OverrideSet(var made) => [Set(Override, made.Id, made)],
        PolicyChange.OverrideGone(var id) => [new(Override, id, null)],
        PolicyChange.ScheduleSet(var schedule) => [Set(Schedule, schedule.Id, schedule)],
        PolicyChange.ScheduleGone(var id) => [new(Schedule, id, null)],
        PolicyChange.ContactSet(var contact) => [Set(Contact, contact.Id, contact)],
        PolicyChange.ContactGone(var id) => [new(Contact, id, null)],
        PolicyChange.ResourceSet(var resource) => [Set(Resource, resource.Id, resource)],
        PolicyChange.ResourceGone(var id, _) => [new(Resource, id, null)],
        PolicyChange.TopologyChanged(var update) =>
        [
            .. update.EdgesGone.Select(name => new PolicyObject(Edge, IdOf(name), null)),
            .. update.EntitiesGone.Select(name => new PolicyObject(Entity, IdOf(name), null)),
            .. update.Entities.Select(facts => Set(Entity, IdOf(facts.Name), facts)),
            .. update.Edges.Select(edge => Set(Edge, IdOf(edge.Name), edge)),
        ],
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
        (Contact, null) => new PolicyChange.ContactGone(Id),
        (Contact, var document) => new PolicyChange.ContactSet(Read<MadeContact>(document)),
        (Resource, null) => new PolicyChange.ResourceGone(Id),
        (Resource, var document) => new PolicyChange.ResourceSet(Read<Resources.Resource>(document)),
        (Entity, null) => Change(new() { EntitiesGone = [EntityOf(Id)] }),
        (Entity, var document) => Change(new() { Entities = [Read<EntityFacts>(document)] }),
        (Edge, null) => Change(new() { EdgesGone = [EdgeOf(Id)] }),
        (Edge, var document) => Change(new() { Edges = [Read<Topology.Edge>(document)] }),
        _ => throw new JsonException($"A stored policy object is of kind '{Kind}': was it written by a newer release?"),
    };

    private static PolicyChange.TopologyChanged Change(TopologyUpdate update) => new(update);

    /// <summary>One word of one origin is one small row. A URN holds no control character.</summary>
    private static string IdOf(EntityName name) => $"{Word(name.Origin)}\n{name.Urn}";

    private static string IdOf(EdgeName name) => $"{Word(name.Origin)}\n{name.From}\n{name.To}";

    private static EntityName EntityOf(string id) =>
        id.Split('\n') is [var origin, var urn] ? new(urn, OriginOf(origin)) : throw Unreadable(Entity, id);

    private static EdgeName EdgeOf(string id) =>
        id.Split('\n') is [var origin, var from, var to] ? new(from, to, OriginOf(origin)) : throw Unreadable(Edge, id);

    private static string Word(EdgeOrigin origin) => JsonNamingPolicy.CamelCase.ConvertName(origin.ToString());

    private static EdgeOrigin OriginOf(string word) =>
        Enum.TryParse<EdgeOrigin>(word, ignoreCase: true, out var origin) ? origin : throw Unreadable("origin", word);

    private static JsonException Unreadable(string kind, string id) =>
        new($"A stored policy object of kind '{kind}' has the id '{id}': was it written by a newer release?");

    private static PolicyObject Set<T>(string kind, string id, T value) =>
        new(kind, id, JsonSerializer.SerializeToUtf8Bytes(value, WireJson.Options));

    private static T Read<T>(byte[] document) =>
        JsonSerializer.Deserialize<T>(document, WireJson.Options)
            ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
