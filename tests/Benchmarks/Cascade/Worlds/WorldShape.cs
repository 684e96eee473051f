namespace Correlation.Benchmarks.Cascade.Worlds;

/// <summary>How large a world is, and which of the forms it may have.</summary>
/// <param name="MostFanOut">Largest number of things that one table or feature view feeds.</param>
/// <param name="Deep">Tables are made of tables, three layers of them; a form that is held out of tuning.</param>
internal sealed record WorldShape(
    int Sources, int FeatureViews, int Models, int Nodes, int Pools, int Credentials, int MostFanOut, bool Deep = false)
{
    public static readonly WorldShape Small = new(20, 12, 24, 8, 2, 4, 8);

    public static readonly WorldShape Usual = new(40, 30, 60, 16, 3, 6, 16);

    public static readonly WorldShape Large = new(100, 80, 160, 40, 5, 10, 40);

    /// <summary>Shared infrastructure carries all of it.</summary>
    public static readonly WorldShape Crowded = new(60, 40, 1_000, 24, 2, 4, 60);

    public static readonly WorldShape Layered = new(50, 40, 70, 20, 4, 6, 10, Deep: true);
}
