namespace Correlation.Benchmarks.Cascade.Worlds;

/// <summary>The words of URNs.</summary>
internal static class Types
{
    public const string Source = "source";
    public const string Job = "job";
    public const string Table = "table";
    public const string FeatureView = "feature_view";
    public const string OnlineStore = "online_store";
    public const string Training = "training";
    public const string Model = "model";
    public const string Endpoint = "endpoint";
    public const string Node = "node";
    public const string Kpi = "kpi";
    public const string Service = "service";
    public const string Dataset = "dataset";

    /// <summary>No asset of the lineage: known by the labels of alerts alone.</summary>
    public const string Credential = "credential";

    public const string Pool = "node_pool";
}

/// <param name="Role">What it is there for, in the words of <see cref="WorldBuilder"/>; names may be anything.</param>
/// <param name="Credential">What it logs in with; empty when with nothing shared.</param>
/// <param name="Pool">Where its nodes are; empty for what runs on none of ours.</param>
internal sealed record Asset(
    string Urn, string Type, string Name, string Role, string Team, string Credential = "", string Pool = "")
{
    /// <summary>Nobody tells of its edges.</summary>
    public bool IsOutside => Role == "llm-api";

    /// <summary>It is fed in seconds, not by the hour.</summary>
    public bool IsStream { get; init; }

    /// <summary>Of a model: until its predictions can be compared with what happened.</summary>
    public TimeSpan LabelDelay { get; init; }
}

/// <summary>A site as it truly is: typed assets and what feeds what.</summary>
internal sealed class World
{
    private readonly Dictionary<string, Asset> _assets = [];
    private readonly Dictionary<string, List<Asset>> _byType = [];
    private readonly Dictionary<string, List<string>> _downstream = [];
    private readonly Dictionary<string, List<string>> _upstream = [];
    private readonly List<(string From, string To)> _edges = [];

    public IReadOnlyCollection<Asset> Assets => _assets.Values;

    /// <summary>In the order they were made.</summary>
    public IReadOnlyList<(string From, string To)> Edges => _edges;

    public Asset this[string urn] => _assets[urn];

    public Asset? Find(string urn) => _assets.GetValueOrDefault(urn);

    public IReadOnlyList<Asset> Of(string type) => _byType.GetValueOrDefault(type) ?? [];

    public Asset Add(Asset asset)
    {
        _assets.Add(asset.Urn, asset);
        (_byType.TryGetValue(asset.Type, out var same) ? same : _byType[asset.Type] = []).Add(asset);
        return asset;
    }

    public void Link(Asset from, Asset to)
    {
        var below = _downstream.TryGetValue(from.Urn, out var some) ? some : _downstream[from.Urn] = [];
        if (below.Contains(to.Urn))
        {
            return;
        }

        below.Add(to.Urn);
        (_upstream.TryGetValue(to.Urn, out var above) ? above : _upstream[to.Urn] = []).Add(from.Urn);
        _edges.Add((from.Urn, to.Urn));
    }

    public IEnumerable<Asset> WithRole(string role) => _assets.Values.Where(asset => asset.Role == role);

    public IEnumerable<Asset> Below(Asset asset) => Neighbours(_downstream, asset);

    public IEnumerable<Asset> Above(Asset asset) => Neighbours(_upstream, asset);

    public IEnumerable<Asset> Below(Asset asset, string type) => Below(asset).Where(other => other.Type == type);

    public IEnumerable<Asset> Above(Asset asset, string type) => Above(asset).Where(other => other.Type == type);

    /// <summary>All that is fed by it, over however many others; not itself.</summary>
    public HashSet<string> Reached(string urn)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([urn]);
        while (next.TryPop(out var at))
        {
            foreach (var below in _downstream.GetValueOrDefault(at) ?? [])
            {
                if (reached.Add(below))
                {
                    next.Push(below);
                }
            }
        }

        return reached;
    }

    public bool IsEdge(string from, string to) =>
        (_downstream.GetValueOrDefault(from)?.Contains(to) ?? false) || SharesAttribute(from, to);

    private bool SharesAttribute(string attribute, string urn) => Find(urn) is { } asset &&
        (attribute == $"{Types.Credential}:{asset.Credential}" || attribute == $"{Types.Pool}:{asset.Pool}");

    private IEnumerable<Asset> Neighbours(Dictionary<string, List<string>> links, Asset asset) =>
        (links.GetValueOrDefault(asset.Urn) ?? []).Select(urn => _assets[urn]);
}
