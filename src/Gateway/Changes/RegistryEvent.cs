using System.Text.Json;
using Correlation.Gateway.Lineage;
using Correlation.Gateway.Seams;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Gateway.Changes;

/// <summary>
/// What an event of a model registry comes to: changes of the model, and what its tags say that it was made of.
/// </summary>
/// <param name="Problem">Why nothing of it can be used; null when it can, or when it is none of ours.</param>
internal sealed record RegistryEvent(IReadOnlyList<GrainCommand> Commands, string? Problem)
{
    /// <summary>Versions that are only there change nothing; what is in use now does.</summary>
    private const string Registered = "model-registered";
    private const string Promoted = "model-promoted";

    private const int LongestName = 500;
    private const int MostTags = 100;

    /// <param name="delivery">The sender's id of it: the same on every attempt.</param>
    public static RegistryEvent Read(JsonElement json, string delivery, PolicyVersion policy, DateTimeOffset now)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new([], "the body is not an object");
        }

        // A managed registry has an event of its own, with what others have under 'data'.
        var data = json.Object("data") ?? json;
        var name = Cut(data.Text("name") is { Length: > 0 } given ? given : data.Text("model_name"));
        var (entity, action) = (json.Text("entity"), json.Text("action"));
        if (json.Text("event") is { Length: > 0 } word)
        {
            (entity, action) = ("event", word.ToUpperInvariant());
        }

        var version = Cut(data.Text("version"));
        var (kind, title) = (entity, action) switch
        {
            ("registered_model", "created") => (Registered, $"{name} was registered"),
            ("model_version", "created") => (Registered, $"{name} version {version} was registered"),
            ("model_version_alias", "created") =>
                (Promoted, $"{name} version {version} is {Cut(data.Text("alias"))} now"),
            ("model_version_alias", "deleted") => (Promoted, $"{name} has no {Cut(data.Text("alias"))} any more"),
            ("event", "MODEL_VERSION_TRANSITIONED_STAGE") =>
                (Promoted, $"{name} version {version} went from {Cut(data.Text("from_stage"))} to {Cut(data.Text("to_stage"))}"),
            ("model_version_tag", "set") => ("", ""),
            _ => (null, ""),
        };
        if (kind is null)
        {
            return new([], null);
        }

        var urn = EntityUrn.Make("model", name);
        if (urn.Length == 0)
        {
            return new([], "'data' has no 'name'");
        }

        urn = policy.Topology.Resolve(urn);
        var commands = new List<GrainCommand>();
        if (kind.Length > 0)
        {
            var at = json.Time("timestamp") is { } said && said < now ? said : now;
            commands.Add(
                new GrainCommand(
                    new GrainId(GrainKind.Entity, urn), new EntityCommand.Changed(kind, delivery, title, at)));
        }

        Edge[] edges = [.. Tags(data).SelectMany(tag => EdgesOf(tag, urn, policy))];
        EntityFacts[] facts = [new(urn) { Origin = EdgeOrigin.Registry }];
        if (!Learning.News(facts, edges, policy, now).IsEmpty)
        {
            commands.Add(new GrainCommand(TopologyState.Id, new TopologyCommand.Learn([.. facts], [.. edges])));
        }

        return new(commands, null);
    }

    private static IEnumerable<(string Key, string Value)> Tags(JsonElement data) => data.Members("tags")
        .Select(tag => (tag.Name, tag.Value.ValueKind == JsonValueKind.String ? data.Object("tags")!.Value.Text(tag.Name) : ""))
        .Append((data.Text("key"), data.Text("value")))
        .Take(MostTags);

    /// <summary>
    /// A tag whose key is a type of what models are made of, such as <c>feature_view: user_stats, device_stats</c>.
    /// </summary>
    private static IEnumerable<Edge> EdgesOf((string Key, string Value) tag, string model, PolicyVersion policy)
    {
        var type = EntityUrn.Word(tag.Key);
        return type is "feature_view" or "dataset" or "table" or "source" or "job" or "training" or "online_store"
            ? tag.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => EntityUrn.Make(type, Cut(name)))
                .Where(from => from.Length > 0)
                .Select(from => new Edge(policy.Topology.Resolve(from), model) { Origin = EdgeOrigin.Registry, Confidence = 0.9 })
            : [];
    }

    private static string Cut(string text) => text.Length <= LongestName
        ? text
        : text[..(char.IsHighSurrogate(text[LongestName - 1]) ? LongestName - 1 : LongestName)];
}
