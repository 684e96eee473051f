using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <param name="Invariant">By its number in the list of invariants: I1 to I16.</param>
internal sealed record Violation(string Invariant, string Evidence);

/// <summary>
/// Watches one invariant over a whole run: it is shown the journal turn by turn, and in the end all that was recorded.
/// </summary>
internal abstract class Checker(string invariant, Record record)
{
    private readonly List<Violation> _found = [];

    public IReadOnlyList<Violation> Found => _found;

    protected Record Record => record;

    /// <summary>Before the story knows of the turn.</summary>
    public virtual void Before(Story story, TurnWrite write)
    {
    }

    public virtual void After(Story story, TurnWrite write)
    {
    }

    public virtual void End(Story story)
    {
    }

    /// <summary>A few are enough: one mistake is often seen many times.</summary>
    protected void Report(string evidence)
    {
        if (_found.Count < 5)
        {
            _found.Add(new Violation(invariant, evidence));
        }
    }
}
