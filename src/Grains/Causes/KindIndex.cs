using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Causes;

/// <summary>
/// The catalogue by name, and how far each kind is down the chain of causes. Made once per catalogue.
/// </summary>
public sealed class KindIndex
{
    /// <summary>What is of no known kind comes last.</summary>
    public const int Unknown = int.MaxValue;

    private const int MostLinks = 4;

    private const double PerLink = 0.9;

    private static readonly ConditionalWeakTable<ValueList<Kind>, KindIndex> Made = [];

    private readonly FrozenDictionary<string, Kind> _kinds;
    private readonly FrozenDictionary<string, int> _ranks;
    private readonly FrozenDictionary<string, FrozenDictionary<string, Explanation>> _explanations;

    private KindIndex(ValueList<Kind> kinds)
    {
        _kinds = kinds.DistinctBy(kind => kind.Name, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(kind => kind.Name, StringComparer.OrdinalIgnoreCase);
        _ranks = _kinds.ToFrozenDictionary(
            pair => pair.Key, pair => CausesOf(pair.Value).Count, StringComparer.OrdinalIgnoreCase);
        _explanations = _kinds.ToFrozenDictionary(
            pair => pair.Key, pair => ExplanationsOf(pair.Value), StringComparer.OrdinalIgnoreCase);
    }

    public static KindIndex Of(PolicyVersion policy) => Made.GetValue(policy.Kinds, kinds => new KindIndex(kinds));

    public Kind? Find(string name) => _kinds.GetValueOrDefault(name);

    /// <summary>
    /// How many kinds may be behind it, at any distance: a cause has fewer than what it explains, and two that explain
    /// each other have the same.
    /// </summary>
    public int RankOf(string name) => _ranks.GetValueOrDefault(name, Unknown);

    /// <summary>
    /// How the one explains the other: as its kind says, or by what lies between. What lies between is not always
    /// watched, so that a chain of causes is one too, a little weaker with each link.
    /// </summary>
    public Explanation? Explain(string cause, string effect) =>
        _explanations.TryGetValue(effect, out var known) && known.TryGetValue(cause, out var found) ? found : null;

    private FrozenDictionary<string, Explanation> ExplanationsOf(Kind kind)
    {
        var found = kind.CausedBy.DistinctBy(e => e.Kind, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(e => e.Kind, e => e, StringComparer.OrdinalIgnoreCase);
        var last = found.Values.ToList();
        for (var links = 2; links <= MostLinks; links++)
        {
            var next = new Dictionary<string, Explanation>(StringComparer.OrdinalIgnoreCase);
            foreach (var chain in last)
            {
                foreach (var further in Find(chain.Kind)?.CausedBy ?? [])
                {
                    var longer = new Explanation(
                        further.Kind,
                        new LagRange(chain.Lag.Min + further.Lag.Min, chain.Lag.Max + further.Lag.Max),
                        chain.Weight * further.Weight * PerLink);
                    var isCircle = string.Equals(further.Kind, kind.Name, StringComparison.OrdinalIgnoreCase);
                    if (!isCircle && !(IsOfMeasuring(further.Kind) && !IsOfMeasuring(chain.Kind)) &&
                        !found.ContainsKey(further.Kind) &&
                            !(next.GetValueOrDefault(further.Kind)?.Weight >= longer.Weight))
                    {
                        next[further.Kind] = longer;
                    }
                }
            }

            last = [.. next.Values];
            last.ForEach(e => found.Add(e.Kind, e));
        }

        return found.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// What is only measured so has no effects of its own: what measures wrongly explains what names it.
    /// </summary>
    private bool IsOfMeasuring(string name) => Find(name) is { Nature: KindNature.Measurement };

    private HashSet<string> CausesOf(Kind kind)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var next = new Stack<Kind>([kind]);
        while (next.TryPop(out var effect))
        {
            foreach (var cause in effect.CausedBy.Where(cause => found.Add(cause.Kind)))
            {
                if (Find(cause.Kind) is { } known)
                {
                    next.Push(known);
                }
            }
        }

        return found;
    }
}
