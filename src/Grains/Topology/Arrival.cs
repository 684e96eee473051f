using Correlation.Grains.Policy;

namespace Correlation.Grains.Topology;

/// <summary>When trouble is expected downstream.</summary>
public static class Arrival
{
    /// <summary>
    /// By the lags of the edges when each of the way has one; else by the kinds: from the shortest to the longest lag
    /// of all that an alert of this kind explains. Null when neither says.
    /// </summary>
    /// <param name="kind">Of the alert upstream; empty when there is none.</param>
    public static LagRange? Of(Reach reach, string kind, PolicyVersion policy)
    {
        if (reach.Lag is not null || kind.Length == 0)
        {
            return reach.Lag;
        }

        var lags = policy.Kinds.SelectMany(effect => effect.CausedBy)
            .Where(cause => cause.Kind == kind)
            .Select(cause => cause.Lag)
            .ToList();
        return lags.Count == 0 ? null : new LagRange(lags.Min(lag => lag.Min), lags.Max(lag => lag.Max));
    }
}
