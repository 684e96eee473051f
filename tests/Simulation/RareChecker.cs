using Correlation.Simulation.Checkers;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation;

/// <summary>Which states a run has gone through.</summary>
internal abstract class RareChecker(Record record) : Checker("rare states", record)
{
    private readonly HashSet<string> _reached = [];

    public IReadOnlySet<string> Reached => _reached;

    protected void Note(bool isSo, string state)
    {
        if (isSo)
        {
            _reached.Add(state);
        }
    }
}
