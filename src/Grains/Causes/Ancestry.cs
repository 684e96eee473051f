using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Causes;

/// <summary>Where an alert registers: with its own entity, and with what may be upstream of it.</summary>
public static class Ancestry
{
    /// <summary>An alert's labels say where it runs and what it uses; lineage knows it better.</summary>
    private const double OfLabels = 0.8;

    private const int MostLabels = 16;

    /// <summary>Of what runs on, or is fed by, what: from upstream to downstream.</summary>
    private static readonly ValueList<string> Upstream =
    [
        "source", "table", "dataset", "job", "feature_view", "online_store", "gpu", "node", "training", "model",
        "endpoint", "service", "kpi",
    ];

    /// <summary>As each of these entities knows it, its own first, then nearest first.</summary>
    public static IEnumerable<(string Entity, Symptom Symptom)> Of(Symptom own, Labels labels, PolicyVersion policy)
    {
        if (own.Entity.Length > 0)
        {
            yield return (own.Entity, own);
        }

        var known = new HashSet<string>(StringComparer.Ordinal) { own.Entity };
        foreach (var reach in own.Entity.Length > 0 ? policy.Topology.Ancestors(own.Entity) : [])
        {
            known.Add(reach.Urn);
            yield return (reach.Urn, own with { Path = reach.Path, Confidence = reach.Confidence, Lag = reach.Lag });
        }

        foreach (var (urn, confidence) in Named(own.Entity, labels, policy).Where(named => named.Urn.Length > 0 && known.Add(named.Urn)).Take(MostLabels))
        {
            yield return (urn, own with { Path = own.Entity.Length > 0 ? [urn, own.Entity] : [urn], Confidence = confidence });
        }
    }

    /// <summary>Made of labels that alerts share, and known to no lineage.</summary>
    public static bool IsShared(string entity, PolicyVersion policy) =>
        policy.Settings.Causes is { } settings && settings.SharedLabels.Contains(EntityUrn.TypeOf(entity)) &&
            !policy.Topology.Downstream(entity).Any();

    private static IEnumerable<(string Urn, double Confidence)> Named(
        string entity, Labels labels, PolicyVersion policy)
    {
        foreach (var label in policy.Settings.Causes?.SharedLabels ?? [])
        {
            if (labels.Find(label) is { Length: > 0 } name)
            {
                yield return (policy.Topology.Resolve(EntityUrn.Make(EntityUrn.Word(label), name)), 1);
            }
        }

        var rank = RankOf(EntityUrn.TypeOf(entity));
        foreach (var label in Upstream.Where(type => RankOf(type) < rank))
        {
            // Prometheus puts its scrape job into every alert.
            if (labels.Find(label) is { Length: > 0 } name && (label != "job" || !labels.ContainsKey("instance")))
            {
                yield return (policy.Topology.Resolve(EntityUrn.Make(EntityUrn.Word(label), name)), OfLabels);
            }
        }
    }

    private static int RankOf(string type)
    {
        for (var i = 0; i < Upstream.Count; i++)
        {
            if (Upstream[i] == type)
            {
                return i;
            }
        }

        return -1;
    }
}
