using Correlation.Grains.Model;

namespace Correlation.Grains.Alerts;

/// <summary>The one function that makes entity URNs <c>type:name</c>, whatever the source.</summary>
public static class EntityUrn
{
    /// <summary>Labels that name an entity; the label is also the URN's type. Order: the most telling first.</summary>
    public static readonly ValueList<string> TypedLabels =
        ["model", "feature_view", "dataset", "endpoint", "gpu", "node", "job"];

    private static readonly HashSet<string> Types = new(TypedLabels, StringComparer.Ordinal)
    {
        "entity", "source", "table", "online_store", "training", "kpi", "service", "featureview",
    };

    /// <param name="entity">The source's own entity field: a URN or a bare name; may be empty.</param>
    /// <param name="preferred">Labels the alert's kind looks at first.</param>
    /// <returns>The URN, or empty when the signal names no entity.</returns>
    public static string Of(string entity, Labels labels, IReadOnlyList<string> preferred)
    {
        var stated = entity.Length > 0 ? entity : labels.Find("entity") ?? "";
        if (stated.Length > 0)
        {
            return FromStated(stated, labels);
        }

        foreach (var label in preferred)
        {
            if (labels.Find(label) is { Length: > 0 } name)
            {
                return Make(label, name);
            }
        }

        foreach (var label in TypedLabels)
        {
            // Prometheus puts its scrape job into every alert; only a job without an instance is a pipeline's.
            if (labels.Find(label) is { Length: > 0 } name && (label != "job" || !labels.ContainsKey("instance")))
            {
                return Make(label, name);
            }
        }

        return "";
    }

    private static string FromStated(string stated, Labels labels)
    {
        var colon = stated.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Types.Contains(stated[..colon]))
        {
            return Make(stated[..colon], stated[(colon + 1)..]);
        }

        // A bare name that a typed label repeats is of that type.
        foreach (var label in TypedLabels)
        {
            if (labels.Find(label) == stated)
            {
                return Make(label, stated);
            }
        }

        return Make("entity", stated);
    }

    /// <summary>Versions are aliases of one entity: <c>churn_model@12</c> is churn_model.</summary>
    private static string Make(string type, string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return type + ":" + (at > 0 ? name[..at] : name);
    }
}
