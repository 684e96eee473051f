using System.Collections.Immutable;

namespace Correlation.Grains.Topology;

/// <summary>
/// What several origins say of one thing: each has one word, and the strongest is in force, completed by the others.
/// So when one of them forgets it, it is what the others say.
/// </summary>
internal sealed class Stated<T>
    where T : class
{
    private Stated(T inForce, ImmutableArray<T> all) => (InForce, All) = (inForce, all);

    public T InForce { get; }

    /// <summary>The strongest first.</summary>
    public ImmutableArray<T> All { get; }

    public static Stated<T> With(Stated<T>? before, T word, Func<T, EdgeOrigin> origin, Func<T, T, T> complete) =>
        Of([.. (before?.All ?? []).Where(other => origin(other) != origin(word)).Append(word).OrderBy(origin)], complete)!;

    /// <returns>Null when nobody says it any more.</returns>
    public Stated<T>? Without(EdgeOrigin gone, Func<T, EdgeOrigin> origin, Func<T, T, T> complete) =>
        Of([.. All.Where(word => origin(word) != gone)], complete);

    private static Stated<T>? Of(ImmutableArray<T> all, Func<T, T, T> complete) =>
        all is [var strongest, ..] ? new(all.Skip(1).Aggregate(strongest, complete), all) : null;
}

internal static class Stated
{
    public static Stated<Edge> With(Stated<Edge>? before, Edge word) =>
        Stated<Edge>.With(before, word, OriginOf, Complete);

    public static Stated<Edge>? Without(Stated<Edge> before, EdgeOrigin gone) =>
        before.Without(gone, OriginOf, Complete);

    public static Stated<EntityFacts> With(Stated<EntityFacts>? before, EntityFacts word) =>
        Stated<EntityFacts>.With(before, word, OriginOf, Complete);

    public static Stated<EntityFacts>? Without(Stated<EntityFacts> before, EdgeOrigin gone) =>
        before.Without(gone, OriginOf, Complete);

    private static EdgeOrigin OriginOf(Edge edge) => edge.Origin;

    private static EdgeOrigin OriginOf(EntityFacts facts) => facts.Origin;

    private static Edge Complete(Edge strong, Edge weak) => strong with
    {
        FirstSeen = Earlier(strong.FirstSeen, weak.FirstSeen),
        LastSeen = Later(strong.LastSeen, weak.LastSeen),
        Lag = strong.Lag ?? weak.Lag,
    };

    private static EntityFacts Complete(EntityFacts strong, EntityFacts weak) => strong with
    {
        Team = strong.Team.Length > 0 ? strong.Team : weak.Team,
        FirstSeen = Earlier(strong.FirstSeen, weak.FirstSeen),
        LastSeen = Later(strong.LastSeen, weak.LastSeen),
        Aliases = [.. strong.Aliases.Union(weak.Aliases)],
    };

    /// <summary>A file does not say when it began; the others do.</summary>
    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) =>
        one == default || (other != default && other < one) ? other : one;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
