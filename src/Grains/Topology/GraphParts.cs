using System.Collections.Immutable;

namespace Correlation.Grains.Topology;

/// <summary>What hangs together: entities that edges join, whichever way these lead, are of one part.</summary>
public sealed partial class Graph
{
    /// <summary>
    /// Each entity that has an edge, and its part; null until somebody asks: few changes join or divide any.
    /// </summary>
    private ImmutableDictionary<string, string>? _parts;

    /// <summary>The part of the graph in which it is, by the first of its names; null of what has no edge.</summary>
    public string? PartOf(string urn) => (_parts ??= Divide()).GetValueOrDefault(urn);

    /// <summary>How many of each type a part has; null until somebody asks.</summary>
    private Dictionary<(string Part, string Type), int>? _alike;

    /// <summary>How many entities of its type there are in its part, itself included; 0 of what has no edge.</summary>
    public int Alike(string urn) => PartOf(urn) is not { } part ? 0
        : (_alike ??= _parts!.GroupBy(one => (one.Value, EntityUrn.TypeOf(one.Key))).ToDictionary(one => one.Key, one => one.Count()))
            .GetValueOrDefault((part, EntityUrn.TypeOf(urn)));

    private ImmutableDictionary<string, string> Divide()
    {
        var parts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var next = new Stack<string>();

        // In order of name: who is met first is the first of its part.
        foreach (var first in _known.Where(HasEdges))
        {
            if (!parts.TryAdd(first, first))
            {
                continue;
            }

            next.Push(first);
            while (next.TryPop(out var urn))
            {
                foreach (var other in At(_upstream, urn).Keys.Concat(At(_downstream, urn).Keys))
                {
                    if (parts.TryAdd(other, first))
                    {
                        next.Push(other);
                    }
                }
            }
        }

        return parts.ToImmutable();
    }

    private bool HasEdges(string urn) => _upstream.ContainsKey(urn) || _downstream.ContainsKey(urn);

    /// <summary>
    /// The parts of the next version, as long as they are those of this one and what joined them; else null.
    /// </summary>
    private static ImmutableDictionary<string, string>? Joined(
        ImmutableDictionary<string, string>? parts, string from, string to)
    {
        if (parts is null)
        {
            return null;
        }

        var (first, second) = string.CompareOrdinal(from, to) < 0 ? (from, to) : (to, from);
        return (parts.GetValueOrDefault(from), parts.GetValueOrDefault(to)) switch
        {
            (null, null) => parts.SetItem(first, first).SetItem(second, first),
            (null, { } part) => string.CompareOrdinal(from, part) < 0 ? null : parts.Add(from, part),
            ({ } part, null) => string.CompareOrdinal(to, part) < 0 ? null : parts.Add(to, part),
            var (one, other) => one == other ? parts : null,
        };
    }
}
