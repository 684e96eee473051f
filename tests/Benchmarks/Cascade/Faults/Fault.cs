namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>Something that is ill, whether a monitor sees it or not.</summary>
/// <param name="Entity">URN.</param>
/// <param name="Cause">Null for the root.</param>
internal sealed record Ill(string Entity, string Kind, DateTimeOffset At, DateTimeOffset Until, bool Seen, Ill? Cause)
{
    /// <summary>Root first; one entry for each entity on the way.</summary>
    public IReadOnlyList<string> Path
    {
        get
        {
            var path = new List<string>();
            for (var at = this; at is not null; at = at.Cause)
            {
                if (path.Count == 0 || path[^1] != at.Entity)
                {
                    path.Add(at.Entity);
                }
            }

            path.Reverse();
            return path;
        }
    }
}

/// <summary>
/// What is wrong, from its root to the last thing that it makes ill: the truth that answers are measured by.
/// </summary>
/// <param name="Type">F1 to F18.</param>
/// <param name="Name">Unique in its case.</param>
internal sealed record Fault(string Type, string Name, bool DeservesPage, IReadOnlyList<Ill> Ills)
{
    public Ill Root => Ills[0];

    /// <summary>Every entity that is ill by it.</summary>
    public IReadOnlySet<string> Impact { get; } = Ills.Select(ill => ill.Entity).ToHashSet(StringComparer.Ordinal);
}
