using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Sending;

/// <summary>What one monitor finds, from when to when, and whose fault it truly is.</summary>
/// <param name="Asset">What it is about; one of no lineage for a credential or a pool.</param>
/// <param name="Incident">Name of the fault; for noise one of its own.</param>
/// <param name="Ill">Null for noise.</param>
internal sealed record Problem(
    Asset Asset, Detector Detector, DateTimeOffset From, DateTimeOffset Until, string Incident, Ill? Ill)
{
    /// <summary>One problem of one thing has one alias, whoever caused it.</summary>
    public string Key => $"{Detector.Kind}/{Asset.Urn}";

    public bool IsNoise => Ill is null;
}

/// <summary>Faults and noise as their monitors see them.</summary>
internal static class Problems
{
    /// <summary>Those of the faults that are seen; the same thing twice at a time is found once.</summary>
    public static List<Problem> Of(World world, IEnumerable<Fault> faults, Dice dice, DateTimeOffset end)
    {
        var found = new List<Problem>();
        foreach (var fault in faults)
        {
            foreach (var ill in fault.Ills.Where(ill => ill.Seen && ill.At < end))
            {
                var monitor = Detectors.All[ill.Kind];
                var from = ill.At + new Lag(monitor.Delay, 0.4).Draw(dice);
                var until = ill.Until > from ? ill.Until : from + TimeSpan.FromMinutes(2);
                found.Add(new Problem(AssetOf(world, ill.Entity), monitor, from, until, fault.Name, ill));
            }
        }

        return [.. found.OrderBy(problem => problem.From).GroupBy(problem => problem.Key).SelectMany(Apart)];
    }

    /// <summary>
    /// A Poisson process with a daily cycle over monitors that cry for nothing, and changes that hurt nobody.
    /// </summary>
    /// <param name="perMinute">At the mean.</param>
    public static IEnumerable<Problem> Noise(
        World world, IReadOnlySet<string> taken, double perMinute, double changesPerDay, Dice dice, DateTimeOffset from,
        DateTimeOffset until)
    {
        var assets = world.Assets.Where(asset => asset.Type is Types.Model or Types.FeatureView or Types.Table or Types.Endpoint).ToList();
        var monitors = dice.Some(assets, assets.Count / 2)
            .Select(asset => (Asset: asset, Detector: Detectors.All[KindFor(asset, dice)]))
            .Where(pair => !taken.Contains($"{pair.Detector.Kind}/{pair.Asset.Urn}"))
            .ToList();
        var busyUntil = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var at in Times(perMinute, from, until, dice))
        {
            var (asset, monitor) = dice.Pick(monitors);
            if (busyUntil.GetValueOrDefault(asset.Urn) < at)
            {
                var ends = at + TimeSpan.FromMinutes(1) + dice.Exponential(TimeSpan.FromMinutes(12));
                busyUntil[asset.Urn] = ends + TimeSpan.FromMinutes(20);
                yield return new Problem(
                    asset, monitor, at, ends, $"noise {monitor.Kind}/{asset.Urn} {at:MMddHHmmss}", null);
            }
        }

        foreach (var at in Times(changesPerDay / 1440, from, until, dice))
        {
            var asset = dice.Pick(world.Of(dice.Chance(0.6) ? Types.Model : Types.FeatureView));
            var kind = asset.Type == Types.Model ? "model-promoted" : "feature-code-changed";
            yield return new Problem(
                asset, Detectors.All[kind], at, at, $"change {kind}/{asset.Urn} {at:MMddHHmmss}", null);
        }
    }

    private static string KindFor(Asset asset, Dice dice) => asset.Type switch
    {
        Types.Table => "null-rate",
        Types.Endpoint => "pod-restarted",
        Types.FeatureView => "data-drift",
        _ => dice.Chance(0.6) ? "prediction-drift" : "data-drift",
    };

    private static IEnumerable<DateTimeOffset> Times(
        double perMinute, DateTimeOffset from, DateTimeOffset until, Dice dice)
    {
        if (perMinute <= 0)
        {
            yield break;
        }

        var highest = TimeSpan.FromMinutes(1 / (perMinute * 1.5));
        for (var at = from + dice.Exponential(highest); at < until; at += dice.Exponential(highest))
        {
            // Twice as many by day as by night.
            var now = (1 + (0.5 * Math.Sin(Math.Tau * (at.TimeOfDay.TotalDays - 0.25)))) / 1.5;
            if (dice.Chance(now))
            {
                yield return at;
            }
        }
    }

    private static IEnumerable<Problem> Apart(IEnumerable<Problem> ofOneKey)
    {
        var free = DateTimeOffset.MinValue;
        foreach (var problem in ofOneKey.Where(problem => problem.From >= free))
        {
            free = problem.Until + TimeSpan.FromMinutes(30);
            yield return problem;
        }
    }

    private static Asset AssetOf(World world, string urn)
    {
        if (world.Find(urn) is { } asset)
        {
            return asset;
        }

        var colon = urn.IndexOf(':', StringComparison.Ordinal);
        var (type, name) = (urn[..colon], urn[(colon + 1)..]);
        return new Asset(urn, type, name, "attribute", "ml-infra",
            type == Types.Credential ? name : "", type == Types.Pool ? name : "");
    }
}
