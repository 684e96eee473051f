using Correlation.Grains.Policy;

namespace Correlation.Grains.Causes;

/// <summary>
/// What is of one watched kind, goes on, and began about the same time in many places of what hangs together: a season,
/// or a cause of which no lineage knows. They meet at an entity of their own. It pages nobody, and is blamed on
/// nothing.
/// </summary>
public static class Waves
{
    /// <summary>
    /// So many times as long as what is fleeting: what comes and goes without a cause is over by then.
    /// </summary>
    public const int Lasting = 2;

    private const string Prefix = "wave:";

    /// <summary>Null where no lineage says what hangs together.</summary>
    public static string? KeyOf(string kind, string entity, PolicyVersion policy) =>
        policy.Topology.PartOf(entity) is { } part ? $"{Prefix}{kind}/{part}" : null;

    public static bool Is(string entity) => entity.StartsWith(Prefix, StringComparison.Ordinal);
}
