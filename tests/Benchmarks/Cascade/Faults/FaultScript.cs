using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>Writes down how one fault spreads. Each further thing that is ill follows one that is.</summary>
internal sealed class FaultScript(World world, Dice dice, DateTimeOffset at)
{
    private readonly List<Ill> _ills = [];
    private readonly HashSet<(string Entity, string Kind)> _known = [];
    private TimeSpan _lasts;

    public World World => world;

    public Dice Dice => dice;

    public IReadOnlyList<Ill> Ills => _ills;

    /// <param name="seen">How probable it is that a monitor sees it.</param>
    /// <param name="lasts">Until it is repaired, at the median; what follows from it is well some time later.</param>
    public Ill Root(string entity, string kind, double seen, TimeSpan lasts)
    {
        _lasts = new Lag(lasts, 0.4).Draw(dice);
        return Note(new Ill(entity, kind, at, at + _lasts, dice.Chance(seen), null));
    }

    /// <summary>The same thing once is ill once: null for one that is already.</summary>
    public Ill? Then(Ill cause, Asset asset, string kind, Lag lag, double seen)
    {
        if (_known.Contains((asset.Urn, kind)))
        {
            return null;
        }

        var begins = cause.At + lag.Draw(dice);
        var lasts = _lasts * dice.Between(0.8, 1.3);
        return Note(new Ill(asset.Urn, kind, begins, begins + lasts, dice.Chance(seen), cause));
    }

    /// <summary>A share of the assets, and what follows where it strikes.</summary>
    public void Each(
        Ill cause, IEnumerable<Asset> assets, string kind, Lag lag, double seen, double strikes = 1,
        Action<Ill, Asset>? then = null)
    {
        foreach (var asset in assets.ToList())
        {
            if (dice.Chance(strikes) && Then(cause, asset, kind, lag, seen) is { } ill)
            {
                then?.Invoke(ill, asset);
            }
        }
    }

    private Ill Note(Ill ill)
    {
        _ills.Add(ill);
        _known.Add((ill.Entity, ill.Kind));
        return ill;
    }
}
