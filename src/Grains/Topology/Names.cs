using Correlation.Grains.Policy;

namespace Correlation.Grains.Topology;

/// <summary>URNs of one message: what it spells in two ways and nobody knows yet is spelled as it was first.</summary>
public sealed class Names(PolicyVersion policy)
{
    private readonly Dictionary<string, string> _met = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Empty when there is no name in it.</returns>
    public string Of(string stated)
    {
        var urn = EntityUrn.Of(stated, policy);
        return urn.Length == 0 || policy.Topology.Knows(urn) || _met.TryAdd(urn, urn) ? urn : _met[urn];
    }
}
