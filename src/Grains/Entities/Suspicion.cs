using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Entities;

/// <summary>
/// An entity of which nothing was observed, with alerts of one kind in several branches downstream that began about the
/// same time: they may have it in common.
/// </summary>
/// <param name="Window">What begins so long before or after belongs to it too.</param>
/// <param name="Weight">0 to 1: more the more of its branches are ill.</param>
internal sealed record Suspicion(DateTimeOffset From, DateTimeOffset To, string Kind, double Weight, TimeSpan Window)
{
    /// <summary>Further away too much else lies between.</summary>
    private const int MostHops = 2;

    /// <summary>However many depend on it, so many branches are enough.</summary>
    private const int EnoughBranches = 4;

    /// <summary>Of what comes and goes without a cause.</summary>
    private const int EnoughOfWatched = 4;

    /// <summary>Of the weight of two to the fourth branches: a thousand weigh 1.</summary>
    private const double PerStep = 0.4;

    private const int MostFanout = 200;

    private const int MostHopsKnown = 4;

    /// <summary>A day of usual windows.</summary>
    private const int MostRemembered = 48;

    /// <summary>So much nearer to each other fewer are enough.</summary>
    private const int Dense = 5;

    /// <summary>What follows days later is no nearer to a cause nobody saw.</summary>
    private const int MostWindows = 6;

    /// <summary>
    /// Of those that speak for it and have a cause elsewhere, most have it there, and so have, most likely, those of
    /// which no lineage knows it; empty when they speak for this entity itself.
    /// </summary>
    public string PointsTo { get; init; } = "";

    /// <summary>Of what is downstream of what it points to; else of what is not.</summary>
    public bool Below { get; init; }

    /// <summary>Null where what it points to is not known to be upstream.</summary>
    public ValueList<string>? PathTo(Symptom symptom, PolicyVersion policy) =>
        Below ? policy.Topology.Ancestors(symptom.Entity).FirstOrDefault(reach => reach.Urn == PointsTo)?.Path : null;

    /// <summary>One like those that made it, or one of what these cause themselves.</summary>
    public bool Covers(Symptom symptom, PolicyVersion policy) => Below
        ? Kind == symptom.Kind && symptom.Onset >= From - Window && symptom.Onset <= To + Window &&
            policy.Topology.IsUpstream(PointsTo, symptom.Entity, MostHopsKnown)
        : symptom.Onset >= From - Window && symptom.Onset <= To + Window && symptom.Hops <= MostHops &&
        (Kind == symptom.Kind || (!ComesAlone(symptom.Kind, policy) && KindIndex.Of(policy).Explain(Kind, symptom.Kind) is not null)) &&
        IsNewTo(symptom.Entity, policy.Topology);

    /// <summary>
    /// What is downstream of what it points to hears from there, and what is behind that is no symptom of it.
    /// </summary>
    private bool IsNewTo(string entity, Graph topology) => PointsTo.Length == 0 || (PointsTo != entity &&
        !topology.IsUpstream(PointsTo, entity, MostHopsKnown) && !topology.IsUpstream(entity, PointsTo, MostHopsKnown));

    /// <summary>How long after it began a symptom counts that is over.</summary>
    public static TimeSpan Remembers(PolicyVersion policy) =>
        MostRemembered * (policy.Settings.Causes?.SymptomWindow ?? TimeSpan.Zero);

    /// <summary>A change has no cause.</summary>
    public static bool IsEvidence(Symptom symptom, PolicyVersion policy) =>
        symptom is { Habitual: false, Fleeting: false, Hops: > 0 and <= MostHops } &&
            KindIndex.Of(policy).Find(symptom.Kind) is not { Nature: KindNature.Change };

    /// <summary>
    /// Of each kind those that are apart from each other, by how much speaks for them; none when it is under no
    /// suspicion.
    /// </summary>
    public static ValueList<Suspicion> Of(EntityState state, PolicyVersion policy)
    {
        if (policy.Settings.Causes is not { } settings || state.Evidence.Count < settings.SuspectBranches)
        {
            return [];
        }

        if (Waves.Is(state.Key))
        {
            return OfWave(state, policy, settings);
        }

        // A region is a label of everything: only much within a short time says that it is the cause.
        var isShared = Ancestry.IsShared(state.Key, policy);
        var fanout = isShared ? 0 : policy.Topology.Downstream(state.Key).Take(MostFanout).Count();
        var needed = isShared ? settings.SharedBranches
            : Math.Max(
                settings.SuspectBranches, Math.Min(EnoughBranches, (int)Math.Ceiling(settings.SuspectShare * fanout)));
        return
        [
            .. state.Evidence.Where(e => !e.IsExplained).GroupBy(e => e.Kind)
                .SelectMany(kind => All(kind.Key, kind.ToList())),
            .. state.Evidence.GroupBy(e => e.Kind)
                .Where(kind => kind.Any(e => e.By is not null))
                .SelectMany(kind => All(kind.Key, kind.ToList()))
                .Select(found => found with { PointsTo = MostOf(found) })
                .Where(found => found.PointsTo.Length > 0),
        ];

        string MostOf(Suspicion found)
        {
            var those = state.Evidence.Where(e => e.Kind == found.Kind && e.Onset >= found.From && e.Onset <= found.To)
                .ToList();
            var known = those.FindAll(e => e.By is not null);
            return known.GroupBy(e => e.By!)
                .FirstOrDefault(by => by.Count() >= settings.SuspectBranches && 2 * by.Count() > known.Count)?.Key
                    ?? "";
        }

        IEnumerable<Suspicion> All(string kind, List<Evidence> evidence)
        {
            while (Find(kind, evidence) is { } found)
            {
                yield return found;
                evidence.RemoveAll(e => e.Onset >= found.From - found.Window && e.Onset <= found.To + found.Window);
            }
        }

        Suspicion? Find(string kind, List<Evidence> evidence) =>
            ComesAlone(kind, policy) ? Cluster(
                kind, evidence, Math.Max(needed, EnoughOfWatched), settings.SymptomWindow)
            : isShared ? Cluster(kind, evidence, needed, settings.SharedWindow)
                ?? Cluster(kind, evidence, settings.SuspectBranches, settings.SharedWindow / Dense)
            : Cluster(kind, evidence, needed, WindowOf(kind, policy, settings))
                ?? Cluster(kind, evidence, settings.SuspectBranches, settings.SharedWindow);
    }

    /// <summary>
    /// What of it has something upstream in common belongs there, and so does what is left over when that is no wave by
    /// itself or the lesser part: it may be that only the lineage of it is missing.
    /// </summary>
    private static ValueList<Suspicion> OfWave(EntityState state, PolicyVersion policy, CorrelationSettings settings)
    {
        var found = new List<Suspicion>();
        foreach (var kind in state.Evidence.GroupBy(e => e.Kind))
        {
            var (evidence, window) = (kind.ToList(), WindowOf(kind.Key, policy, settings));
            while (Cluster(kind.Key, evidence, EnoughOfWatched, window) is { } wave)
            {
                var here = evidence.FindAll(e => e.Onset >= wave.From - window && e.Onset <= wave.To + window);
                evidence.RemoveAll(here.Contains);
                var parts = InCommon.Of(here, policy);
                var rest = here.FindAll(e => !e.IsExplained && !parts.Exists(part => part.Those.Contains(e)));
                var own = Cluster(kind.Key, rest, EnoughOfWatched, window);
                found.AddRange(parts.Select(part => wave with
                {
                    From = part.Those[0].Onset,
                    To = part.Those[^1].Onset,
                    Weight = Weigh(part.Those.Count),
                    PointsTo = part.Entity,
                    Below = true,
                }));
                if (MostOf(here, parts, own) is { Length: > 0 } most)
                {
                    found.Add(wave with { PointsTo = most });
                }

                if (own is not null)
                {
                    found.Add(own);
                }
            }
        }

        return [.. found];

        string? MostOf(List<Evidence> here, List<(string Entity, List<Evidence> Those)> parts, Suspicion? own)
        {
            var largest = parts.OrderByDescending(part => part.Those.Count)
                .ThenBy(part => part.Entity, StringComparer.Ordinal)
                .FirstOrDefault();
            if (largest.Entity is not null && (own is null || 2 * largest.Those.Count >= here.Count))
            {
                return largest.Entity;
            }

            return here.Where(e => e.By is not null).GroupBy(e => e.By!)
                .FirstOrDefault(by => by.Count() >= settings.SuspectBranches && 2 * by.Count() > here.Count)?.Key;
        }
    }

    /// <summary>What comes and goes without a cause, as drift does: only much of it at once says anything.</summary>
    private static bool ComesAlone(string kind, PolicyVersion policy) =>
        KindIndex.Of(policy).Find(kind) is { Nature: KindNature.Fault, Watch: not null };

    /// <summary>How far apart symptoms of one cause begin is a part of how long after it they do.</summary>
    private static TimeSpan WindowOf(string kind, PolicyVersion policy, CorrelationSettings settings)
    {
        var longest = KindIndex.Of(policy).Find(kind)?.CausedBy.Select(e => e.Lag.Max).DefaultIfEmpty().Max()
            ?? TimeSpan.Zero;
        var (part, widest) = (longest / 4, MostWindows * settings.SymptomWindow);
        return part < settings.SymptomWindow ? settings.SymptomWindow : part < widest ? part : widest;
    }

    /// <summary>
    /// The run of evidence, in order of onset, in the most branches, whose ends are no further apart than the window.
    /// </summary>
    private static Suspicion? Cluster(string kind, List<Evidence> evidence, int needed, TimeSpan window)
    {
        Suspicion? best = null;
        var most = 0;
        var branches = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var (first, last) = (0, 0); last < evidence.Count; last++)
        {
            branches[evidence[last].Branch] = branches.GetValueOrDefault(evidence[last].Branch) + 1;
            for (; evidence[last].Onset - evidence[first].Onset > window; first++)
            {
                if (--branches[evidence[first].Branch] == 0)
                {
                    branches.Remove(evidence[first].Branch);
                }
            }

            if (branches.Count >= needed && branches.Count > most)
            {
                most = branches.Count;
                best = new Suspicion(evidence[first].Onset, evidence[last].Onset, kind, Weigh(most), window);
            }
        }

        return best;
    }

    /// <summary>
    /// In steps, as each is told to all. Of two that the same ones are downstream of, the one with more of them ill
    /// counts more, however many they are: each of a dozen nodes has a few dozen slow endpoints, and the pool has them
    /// all.
    /// </summary>
    private static double Weigh(int branches) => Math.Min(1, Math.Round(Math.Log2(branches) / 4, 1) * PerStep);
}
