using System.Collections.Immutable;
using Links = System.Collections.Immutable.ImmutableDictionary<
    string,
    System.Collections.Immutable.ImmutableSortedDictionary<string, Correlation.Grains.Topology.Stated<Correlation.Grains.Topology.Edge>>>;

namespace Correlation.Grains.Topology;

public sealed partial class Graph
{
    /// <summary>
    /// The next version while it is made: many edges at a time cost little more than one, and one costs a logarithm of
    /// what is there.
    /// </summary>
    private sealed class Draft(Graph from)
    {
        private readonly ImmutableDictionary<string, Stated<EntityFacts>>.Builder _facts = from._facts.ToBuilder();
        private readonly Links.Builder _upstream = from._upstream.ToBuilder();
        private readonly Links.Builder _downstream = from._downstream.ToBuilder();
        private readonly ImmutableSortedSet<string>.Builder _known = from._known.ToBuilder();
        private readonly ImmutableDictionary<string, ImmutableSortedSet<string>>.Builder _spellings = from._spellings.ToBuilder();
        private readonly ImmutableDictionary<string, string>.Builder _aliases = from._aliases.ToBuilder();
        private int _edges = from.EdgeCount;
        private ImmutableDictionary<string, string>? _parts = from._parts;

        public Graph Done() => new(
            _facts.ToImmutable(),
            _upstream.ToImmutable(),
            _downstream.ToImmutable(),
            _known.ToImmutable(),
            _spellings.ToImmutable(),
            _aliases.ToImmutable(),
            _edges)
        {
            _parts = _parts,
            _alike = _parts == from._parts ? from._alike : null,
        };

        public void Set(EntityFacts facts)
        {
            var before = _facts.GetValueOrDefault(facts.Urn);
            Put(facts.Urn, before, Stated.With(before, facts));
        }

        public void Remove(EntityName name)
        {
            if (_facts.TryGetValue(name.Urn, out var before))
            {
                Put(name.Urn, before, Stated.Without(before, name.Origin));
            }
        }

        public void Set(Edge edge)
        {
            var before = At(_downstream, edge.From).GetValueOrDefault(edge.To);
            Put(edge.From, edge.To, before, Stated.With(before, edge));
        }

        public void Remove(EdgeName name)
        {
            if (At(_downstream, name.From).TryGetValue(name.To, out var before))
            {
                Put(name.From, name.To, before, Stated.Without(before, name.Origin));
            }
        }

        private void Put(string urn, Stated<EntityFacts>? before, Stated<EntityFacts>? after)
        {
            foreach (var alias in (before?.InForce.Aliases ?? []).Where(alias => _aliases.GetValueOrDefault(alias) == urn))
            {
                _aliases.Remove(alias);
            }

            if (after is null)
            {
                _facts.Remove(urn);
                ForgetIfUnknown(urn);
                return;
            }

            _facts[urn] = after;
            Know(urn);
            foreach (var alias in after.InForce.Aliases.Where(alias => alias != urn))
            {
                // Of two that claim one alias the first keeps it.
                _aliases.TryAdd(alias, urn);
            }
        }

        private void Put(string from, string to, Stated<Edge>? before, Stated<Edge>? after)
        {
            Put(_downstream, from, to, after);
            Put(_upstream, to, from, after);
            _edges += (after is null ? 0 : 1) - (before is null ? 0 : 1);
            _parts = after is null ? null : before is null ? Joined(_parts, from, to) : _parts;
            if (after is null)
            {
                ForgetIfUnknown(from);
                ForgetIfUnknown(to);
            }
            else
            {
                Know(from);
                Know(to);
            }
        }

        private static void Put(Links.Builder links, string end, string other, Stated<Edge>? edge)
        {
            var at = At(links, end);
            at = edge is null ? at.Remove(other) : at.SetItem(other, edge);
            if (at.IsEmpty)
            {
                links.Remove(end);
            }
            else
            {
                links[end] = at;
            }
        }

        private static ImmutableSortedDictionary<string, Stated<Edge>> At(Links.Builder links, string end) =>
            links.GetValueOrDefault(end, NoEdges)!;

        private void Know(string urn)
        {
            if (_known.Add(urn))
            {
                Spell(Spelling.Folded(urn), urn);
                Spell(Spelling.Bare(urn), urn);
            }
        }

        private void ForgetIfUnknown(string urn)
        {
            if (!_facts.ContainsKey(urn) && !_upstream.ContainsKey(urn) && !_downstream.ContainsKey(urn) &&
                _known.Remove(urn))
            {
                Unspell(Spelling.Folded(urn), urn);
                Unspell(Spelling.Bare(urn), urn);
            }
        }

        private void Spell(string? word, string urn)
        {
            if (word is not null)
            {
                _spellings[word] = _spellings.GetValueOrDefault(word, NoNames)!.Add(urn);
            }
        }

        private void Unspell(string? word, string urn)
        {
            if (word is null)
            {
                return;
            }

            var left = _spellings[word].Remove(urn);
            if (left.IsEmpty)
            {
                _spellings.Remove(word);
            }
            else
            {
                _spellings[word] = left;
            }
        }
    }
}
