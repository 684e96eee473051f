using System.Text.Json;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Gateway.Lineage;

/// <param name="Entity">URN of what was checked.</param>
internal sealed record FoundCheck(string Entity, string Name, string Detail, bool Passed, bool IsWarning);

/// <summary>
/// Entities, edges and checks of one event. A job is <c>job:namespace/name</c> and a dataset
/// <c>dataset:namespace/name</c>, unless the topology knows the one thing of that name under another type, or Feast
/// says that it is a feature view.
/// </summary>
internal sealed class LineageFindings(PolicyVersion policy)
{
    private const int MostDatasets = 2_000;
    private const int MostEdges = 5_000;
    private const int MostChecks = 500;
    private const int MostAliases = 16;

    private static readonly string[] DataTypes = ["feature_view", "table", "dataset", "source", "online_store", "model"];
    private static readonly string[] JobTypes = ["job", "training"];

    private readonly Names _names = new(policy);
    private readonly Dictionary<string, EntityFacts> _facts = [];
    private readonly HashSet<Edge> _edges = [];
    private readonly Dictionary<(string, string), FoundCheck> _checks = [];
    private string? _featureView;

    public IEnumerable<FoundCheck> Checks => _checks.Values;

    public int LeftOut { get; private set; }

    /// <summary>What of it is not known yet; null when all is.</summary>
    public TopologyCommand.Learn? News(DateTimeOffset now)
    {
        var news = Learning.News(_facts.Values, _edges, policy, now);
        var names = news.Edges.Select(edge => (edge.From, edge.To)).ToHashSet();
        return news.IsEmpty
            ? null
            : new TopologyCommand.Learn(
                [.. _facts.Values],
                [.. _edges.Where(edge => names.Contains((edge.From, edge.To)))]);
    }

    /// <returns>Null when it has no name.</returns>
    public string? Job(JsonElement job)
    {
        var urn = Named("job", job, JobTypes);
        if (urn is not null)
        {
            _featureView = job.Object("facets")?.Object("feast_featureView")?.Text("name");
            Owner(urn, job);
        }

        return urn;
    }

    /// <returns>Null when it has no name.</returns>
    public string? Dataset(JsonElement dataset)
    {
        if (Named("dataset", dataset, DataTypes) is not { } urn)
        {
            return null;
        }

        var facets = dataset.Object("facets");
        Owner(urn, dataset);
        Alias(urn, (facets?.Object("symlinks")?.Objects("identifiers") ?? []).Select(other => Plain("dataset", other)));
        Assertions(urn, facets);
        Assertions(urn, dataset.Object("inputFacets"));
        Explicit(urn, facets?.Object("lineage"), null);
        Columns(urn, facets?.Object("columnLineage"));
        return urn;
    }

    /// <summary>What the job reads and writes, and the edges that this makes.</summary>
    public (IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs) Datasets(
        JsonElement json, JsonElement job, string urn)
    {
        var outputs = All(json, "outputs");
        var inputs = All(json, "inputs");
        foreach (var input in inputs)
        {
            Add(input, urn);
        }

        foreach (var output in outputs)
        {
            Add(urn, output);
        }

        foreach (var entry in job.Object("facets")?.Object("lineage")?.Objects("entries") ?? [])
        {
            if (End(entry, urn) is { } target)
            {
                Explicit(target, entry, urn);
            }
        }

        return (inputs, outputs);
    }

    /// <summary>What the run's facets say of other jobs and of tests.</summary>
    /// <param name="datasets">Of the run: what a test is about when there is only one.</param>
    public void Run(JsonElement run, string urn, List<string> datasets)
    {
        if (run.Object("facets") is not { } facets)
        {
            return;
        }

        // A child that fails is why its parent does.
        if (facets.Object("parent")?.Object("job") is { } parent && Named("job", parent, JobTypes) is { } above)
        {
            Add(urn, above);
        }

        foreach (var upstream in facets.Object("jobDependencies")?.Objects("upstream") ?? [])
        {
            if (upstream.Object("job") is { } other && Named("job", other, JobTypes) is { } before)
            {
                Add(before, urn);
            }
        }

        foreach (var downstream in facets.Object("jobDependencies")?.Objects("downstream") ?? [])
        {
            if (downstream.Object("job") is { } other && Named("job", other, JobTypes) is { } after)
            {
                Add(urn, after);
            }
        }

        foreach (var test in facets.Object("test")?.Objects("tests") ?? [])
        {
            if (test.Text("status") is var status and ("pass" or "fail"))
            {
                Check(
                    datasets is [var only] ? only : urn, test.Text("name"), test, status == "pass",
                    test.Text("severity") == "warn");
            }
        }
    }

    /// <summary>The first of the owners that is a team here.</summary>
    public string TeamOf(JsonElement at) => (at.Object("facets")?.Object("ownership")?.Objects("owners") ?? [])
        .Select(owner => owner.Text("name"))
        .Select(
            name => policy.FindTeam(name) ?? policy.FindTeam(name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..]))
        .FirstOrDefault(team => team is not null)?.Name ?? "";

    public static IEnumerable<string> Tags(JsonElement at) =>
        from tag in at.Object("facets")?.Object("tags")?.Objects("tags") ?? []
        let key = tag.Text("key")
        where key.Length is > 0 and <= 100
        select tag.Text("value") is { Length: > 0 and <= 100 } value && value != "true" ? $"{key}:{value}" : key;

    private List<string> All(JsonElement json, string side)
    {
        var found = new List<string>();
        var seen = 0;
        foreach (var dataset in json.Objects(side))
        {
            if (++seen > MostDatasets)
            {
                LeftOut++;
            }
            else if (side == "outputs" && dataset.Text("name") is var name && name.Length > 0 && name == _featureView)
            {
                found.Add(FeatureView(dataset, name));
            }
            else if (Dataset(dataset) is { } urn)
            {
                found.Add(urn);
            }
        }

        return [.. found.Distinct()];
    }

    /// <summary>Feast says of the job which feature view it makes; afterwards it names it as any dataset.</summary>
    private string FeatureView(JsonElement dataset, string name)
    {
        var urn = _names.Of(EntityUrn.Make("feature_view", name));
        Alias(urn, [Plain("dataset", dataset)]);
        return urn;
    }

    /// <summary>A field's inputs, and what the whole dataset hangs on: both are datasets.</summary>
    private void Columns(string urn, JsonElement? facet)
    {
        if (facet is not { } lineage)
        {
            return;
        }

        foreach (var input in lineage.Members("fields").SelectMany(field => field.Value.Objects("inputFields")).Concat(lineage.Objects("dataset")))
        {
            if (Named("dataset", input, DataTypes) is { } from)
            {
                Add(from, urn);
            }
        }
    }

    /// <param name="own">The event's own job, which an input may mean without a name.</param>
    private void Explicit(string target, JsonElement? facet, string? own)
    {
        if (facet is not { } lineage)
        {
            return;
        }

        foreach (var input in lineage.Objects("inputs").Concat(lineage.Members("fields").SelectMany(field => field.Value.Objects("inputs"))))
        {
            if (End(input, own) is { } from)
            {
                Add(from, target);
            }
        }
    }

    private string? End(JsonElement at, string? own) =>
        at.Text("type") != "JOB" ? Named("dataset", at, DataTypes)
        : at.Has("name") ? Named("job", at, JobTypes)
        : own;

    private void Assertions(string urn, JsonElement? facets)
    {
        foreach (var check in facets?.Object("dataQualityAssertions")?.Objects("assertions") ?? [])
        {
            if (check.Text("success") is var success and ("true" or "false"))
            {
                var column = check.Text("column");
                var name = check.Text("name") is { Length: > 0 } given ? given : check.Text("assertion");
                Check(
                    urn, column.Length > 0 ? $"{name} ({column})" : name, check, success == "true",
                    check.Text("severity") == "warn");
            }
        }
    }

    private void Check(string entity, string name, JsonElement said, bool passed, bool isWarning)
    {
        if (name.Length == 0)
        {
            return;
        }

        if (_checks.Count >= MostChecks && !_checks.ContainsKey((entity, name)))
        {
            LeftOut++;
            return;
        }

        string[] parts = ["description", "expected", "actual"];
        var detail = string.Join(
            '\n',
            parts.Select(part => (part, Text: said.Text(part)))
                .Where(pair => pair.Text.Length > 0)
                .Select(pair => $"{pair.part}: {pair.Text}"));

        // Of two results of one check in an event the bad one counts.
        var before = _checks.GetValueOrDefault((entity, name));
        _checks[(entity, name)] = before is { Passed: false }
            ? before
            : new FoundCheck(entity, name, detail, passed, isWarning);
    }

    private void Owner(string urn, JsonElement at)
    {
        if (TeamOf(at) is { Length: > 0 } team)
        {
            Say(urn, facts => facts with { Team = team });
        }
    }

    private void Alias(string urn, IEnumerable<string?> others)
    {
        foreach (var other in others.OfType<string>().Where(other => other != urn).Take(MostAliases))
        {
            Say(urn, facts => facts.Aliases.Contains(other) || facts.Aliases.Count >= MostAliases
                ? facts
                : facts with { Aliases = facts.Aliases.Add(other) });
        }
    }

    private void Say(string urn, Func<EntityFacts, EntityFacts> say) => _facts[urn] = say(
        _facts.GetValueOrDefault(urn) ?? new EntityFacts(urn) { Origin = EdgeOrigin.Lineage });

    private void Add(string from, string to)
    {
        if (from == to)
        {
            return;
        }

        if (_edges.Count >= MostEdges)
        {
            LeftOut++;
            return;
        }

        _edges.Add(new Edge(from, to) { Origin = EdgeOrigin.Lineage });
    }

    /// <summary>
    /// The known thing under this name in full; else the only one of the bare name, unless that is known under another
    /// namespace already; else itself.
    /// </summary>
    private string? Named(string type, JsonElement at, string[] types)
    {
        if (Plain(type, at) is not { } plain)
        {
            return null;
        }

        var urn = _names.Of(plain);
        if (policy.Topology.Knows(urn))
        {
            return urn;
        }

        var only = policy.Topology.Resolve(EntityUrn.Make(EntityUrn.Bare, at.Text("name")));
        if (only == plain || !types.Contains(EntityUrn.TypeOf(only)) || policy.Topology.Find(only)?.Aliases.Count > 0)
        {
            return urn;
        }

        Alias(only, [plain]);
        return only;
    }

    private static string? Plain(string type, JsonElement at)
    {
        var (space, name) = (at.Text("namespace").Trim(), at.Text("name").Trim());
        var urn = name.Length == 0 ? "" : EntityUrn.Make(type, space.Length == 0 ? name : $"{space}/{name}");
        return urn.Length == 0 ? null : urn;
    }
}
