using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Entities;

/// <summary>
/// An entity of which nothing was observed, with ill ones in several branches downstream that began about the same time:
/// they may have it in common.
/// </summary>
internal sealed record Suspicion(DateTimeOffset From, DateTimeOffset To, string? Kind)
{
    /// <summary>However many depend on it, so many branches are enough.</summary>
    private const int EnoughBranches = 8;

    public bool Covers(Symptom symptom) =>
        symptom.Onset >= From && symptom.Onset <= To && (Kind is null || Kind == symptom.Kind);

    /// <returns>Null when it is under none.</returns>
    public static Suspicion? Of(EntityState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.Settings.Causes is not { } settings || state.Evidence.Count < settings.SuspectBranches || HasSignal(state, settings, at))
        {
            return null;
        }

        if (Ancestry.IsShared(state.Key, policy))
        {
            // A region is a label of everything: only much of one kind within a short time says that it is the cause.
            return state.Evidence.GroupBy(e => e.Kind)
                .Select(kind => Cluster(kind.ToValueList(), settings.SharedBranches, settings.SharedWindow) is { } found ? found with { Kind = kind.Key } : null)
                .FirstOrDefault(found => found is not null);
        }

        var fanout = policy.Topology.Downstream(state.Key).Take(2 * EnoughBranches * 10).Count();
        var needed = Math.Max(settings.SuspectBranches, Math.Min(EnoughBranches, (int)Math.Ceiling(settings.SuspectShare * fanout)));
        return Cluster(state.Evidence, needed, settings.SymptomWindow);
    }

    private static bool HasSignal(EntityState state, CorrelationSettings settings, DateTimeOffset at) => state.Signals.Any(signal =>
        signal.Nature == KindNature.Fault && (signal.EndedAt is null || at - signal.EndedAt < settings.SymptomWindow));

    /// <summary>The widest run of evidence, in order of onset, whose ends are no further apart than the window.</summary>
    private static Suspicion? Cluster(ValueList<Evidence> evidence, int branches, TimeSpan window)
    {
        Suspicion? best = null;
        var most = 0;
        for (var (first, last) = (0, 0); last < evidence.Count; last++)
        {
            while (evidence[last].Onset - evidence[first].Onset > window)
            {
                first++;
            }

            var found = evidence.Skip(first).Take(last - first + 1).Select(e => e.Branch).Distinct(StringComparer.Ordinal).Count();
            if (found >= branches && found > most)
            {
                (most, best) = (found, new Suspicion(evidence[first].Onset, evidence[last].Onset, null));
            }
        }

        return best;
    }
}
