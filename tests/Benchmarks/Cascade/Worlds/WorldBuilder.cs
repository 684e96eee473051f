namespace Correlation.Benchmarks.Cascade.Worlds;

/// <summary>
/// Makes a site from a seed: sources, jobs and tables, feature views, stores, trainings, models, endpoints, nodes and
/// what the business looks at. Who feeds how many follows a power law.
/// </summary>
internal sealed class WorldBuilder(WorldShape shape, Dice dice, Func<string, string> name)
{
    private static readonly string[] Teams = ["ml-platform", "ml-infra", "data-science", "data-engineering"];

    private static readonly string[] Regions = ["eu", "us", "ap"];

    private readonly World _world = new();
    private readonly Dictionary<string, int> _counts = [];

    /// <param name="name">Gives every thing its name; what is built does not depend on it.</param>
    public static World Build(WorldShape shape, long seed, Func<string, string>? name = null) =>
        new WorldBuilder(shape, new Dice(seed, "world"), name ?? (plain => plain)).Build();

    private World Build()
    {
        var tables = Tables();
        if (shape.Deep)
        {
            tables = Derived(Derived(tables));
        }

        tables = [.. tables, .. Derived(dice.Some(tables, tables.Count / 4))];
        var views = FeatureViews(tables);
        Serving(views);
        Kpis();
        return _world;
    }

    private List<Asset> Tables()
    {
        var tables = new List<Asset>();
        var credentials = Many(shape.Credentials, i => Name("key-" + i));
        for (var i = 0; i < shape.Sources; i++)
        {
            var source = Add(Types.Source, "orders", "data-engineering", stream: dice.Chance(0.2));
            var job = Add(Types.Job, "ingest", "data-engineering", dice.Pick(credentials));
            _world.Link(source, job);
            foreach (var _ in Enumerable.Range(0, dice.Chance(0.25) ? 2 : 1))
            {
                var table = Add(Types.Table, "raw", "data-engineering", stream: source.IsStream);
                _world.Link(job, table);
                tables.Add(table);
            }
        }

        return tables;
    }

    /// <summary>Tables that jobs make of some others.</summary>
    private List<Asset> Derived(List<Asset> from) => [.. from.Select(_ =>
    {
        var job = Add(Types.Job, "transform", "data-engineering");
        var table = Add(Types.Table, "mart", "data-engineering");
        dice.Some(from, dice.Between(1, 3)).ForEach(source => _world.Link(source, job));
        _world.Link(job, table);
        return table;
    })];

    private List<Asset> FeatureViews(List<Asset> tables)
    {
        var views = new List<Asset>();
        for (var i = 0; i < shape.FeatureViews; i++)
        {
            var of = Popular(tables, dice.Between(1, 2));
            var view = Add(Types.FeatureView, "features", "ml-platform", stream: of.Exists(table => table.IsStream));
            var job = dice.Chance(0.5) ? Add(Types.Job, "materialize", "ml-platform") : null;
            if (job is not null)
            {
                _world.Link(job, view);
            }

            of.ForEach(table => _world.Link(table, job ?? view));
            views.Add(view);
        }

        return views;
    }

    private void Serving(List<Asset> views)
    {
        var stores = Many(Math.Max(1, shape.Pools), _ => Add(Types.OnlineStore, "store", "ml-platform"));
        var pools = Many(shape.Pools, i => Name("pool-" + i));
        var nodes = Many(shape.Nodes, i => Add(Types.Node, "gpu", "ml-infra", pool: pools[i % pools.Count]));
        var outside = Many(3, _ => Add(Types.Service, "llm-api", "ml-infra"));
        var indexes = Many(3, _ => Add(Types.Dataset, "index", "data-science"));
        var labels = Many(3, _ => Add(Types.Job, "labels", "data-engineering"));
        var monitors = Many(2, _ => Add(Types.Service, "monitor", "ml-platform"));
        for (var i = 0; i < shape.Models; i++)
        {
            var delay = dice.Between(TimeSpan.FromMinutes(30), TimeSpan.FromDays(3));
            var model = Add(Types.Model, "model", dice.Pick(Teams), delay: delay);
            var training = Add(Types.Training, "train", "data-science");
            var node = dice.Pick(nodes);
            var endpoint = Add(Types.Endpoint, "serve", "ml-infra", pool: node.Pool);
            foreach (var view in Popular(views, dice.Between(1, 3)))
            {
                _world.Link(view, model);
                _world.Link(view, training);
            }

            _world.Link(training, model);
            _world.Link(model, endpoint);
            _world.Link(node, endpoint);
            _world.Link(dice.Pick(nodes), training);
            _world.Link(stores[i % stores.Count], endpoint);
            _world.Link(labels[i % labels.Count], model);
            _world.Link(monitors[i % monitors.Count], model);
            if (dice.Chance(0.15))
            {
                _world.Link(dice.Pick(indexes), model);
                _world.Link(dice.Pick(outside), endpoint);
            }
        }
    }

    private void Kpis()
    {
        var kpis = Many(5, _ => Add(Types.Kpi, "revenue", "data-science"));
        foreach (var endpoint in _world.Of(Types.Endpoint).Where(_ => dice.Chance(0.4)))
        {
            _world.Link(endpoint, dice.Pick(kpis));
        }
    }

    /// <summary>The first ones are liked best, as everybody uses the tables of customers and orders.</summary>
    private List<Asset> Popular(List<Asset> from, int count)
    {
        var picked = new List<Asset>();
        for (var tries = 0; picked.Count < count && tries < 20; tries++)
        {
            var rank = Math.Min(from.Count, shape.MostFanOut * 4) / dice.PowerLaw(from.Count);
            var asset = dice.Chance(0.5) ? from[Math.Min(rank, from.Count - 1)] : dice.Pick(from);
            if (!picked.Contains(asset) && _world.Below(asset).Count() < shape.MostFanOut)
            {
                picked.Add(asset);
            }
        }

        return picked.Count > 0 ? picked : [dice.Pick(from)];
    }

    private Asset Add(
        string type,
        string word,
        string team,
        string credential = "",
        string pool = "",
        bool stream = false,
        TimeSpan delay = default)
    {
        var full = Name($"{dice.Pick(Regions)}-{word}-{_counts[word] = _counts.GetValueOrDefault(word) + 1}");
        var asset = new Asset($"{type}:{full}", type, full, word, team, credential, pool);
        return _world.Add(asset with { IsStream = stream, LabelDelay = delay });
    }

    private string Name(string plain) => name(plain);

    private static List<T> Many<T>(int count, Func<int, T> make) =>
        [.. Enumerable.Range(0, count).Select(make)];
}
