namespace Correlation.Grains.Topology;

/// <summary>Under which words an entity is found when it is not spelled as it is known.</summary>
internal static class Spelling
{
    private const string BareType = "entity:";

    /// <summary>The URN whatever its letter case.</summary>
    public static string Folded(string urn) => urn.ToLowerInvariant();

    /// <summary>The name alone; no URN begins like it. Null for what is itself known by its bare name only.</summary>
    public static string? Bare(string urn) =>
        IsBare(urn) ? null : Folded(urn[urn.IndexOf(':', StringComparison.Ordinal)..]);

    /// <summary>A name of which nobody said what it names.</summary>
    public static bool IsBare(string urn) => urn.StartsWith(BareType, StringComparison.Ordinal);

    public static string OfBare(string urn) => Folded(urn[(BareType.Length - 1)..]);
}
