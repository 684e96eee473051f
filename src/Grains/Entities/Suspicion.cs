using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Entities;

/// <summary>
/// An entity of which nothing was observed, with alerts of one kind in several branches downstream that began about the same
/// time: they may have it in common.
/// </summary>
/// <param name="Window">What begins so long before or after belongs to it too.</param>
/// <param name="Weight">0 to 1: more the more of its branches are ill.</param>
internal sealed record Suspicion(DateTimeOffset From, DateTimeOffset To, string Kind, double Weight, TimeSpan Window)
{
    /// <summary>Further away too much else lies between.</summary>
    private const int MostHops = 2;

    /// <summary>However many depend on it, so many branches are enough.</summary>
    private const int EnoughBranches = 8;

    private const int MostFanout = 200;

    public bool Covers(Symptom symptom) =>
        symptom.Onset >= From - Window && symptom.Onset <= To + Window && Kind == symptom.Kind && symptom.Hops <= MostHops;

    /// <summary>What is watched comes and goes alone, and what is no fault says nothing of one.</summary>
    public static bool IsEvidence(Symptom symptom, PolicyVersion policy) =>
        symptom.Hops is > 0 and <= MostHops &&
        KindIndex.Of(policy).Find(symptom.Kind) is null or { Nature: KindNature.Fault, Watch: null };

    /// <summary>One of each kind at most; none when it is under no suspicion.</summary>
    public static ValueList<Suspicion> Of(EntityState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.Settings.Causes is not { } settings || state.Evidence.Count < settings.SuspectBranches || HasSignal(state, settings, at))
        {
            return [];
        }

        // A region is a label of everything: only much within a short time says that it is the cause.
        var isShared = Ancestry.IsShared(state.Key, policy);
        var fanout = isShared ? 0 : policy.Topology.Downstream(state.Key).Take(MostFanout).Count();
        var needed = isShared ? settings.SharedBranches
            : Math.Max(settings.SuspectBranches, Math.Min(EnoughBranches, (int)Math.Ceiling(settings.SuspectShare * fanout)));
        var window = isShared ? settings.SharedWindow : settings.SymptomWindow;
        return
        [
            .. state.Evidence.GroupBy(e => e.Kind)
                .Select(kind => Cluster(kind.Key, kind.ToValueList(), needed, window))
                .OfType<Suspicion>(),
        ];
    }

    private static bool HasSignal(EntityState state, CorrelationSettings settings, DateTimeOffset at) => state.Signals.Any(signal =>
        signal.Nature == KindNature.Fault && (signal.EndedAt is null || at - signal.EndedAt < settings.SymptomWindow));

    /// <summary>The run of evidence, in order of onset, in the most branches, whose ends are no further apart than the window.</summary>
    private static Suspicion? Cluster(string kind, ValueList<Evidence> evidence, int needed, TimeSpan window)
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

    /// <summary>In steps, as each is told to all.</summary>
    private static double Weigh(int branches) => Math.Round(Math.Min(1, Math.Log2(branches) / 4), 1);
}
