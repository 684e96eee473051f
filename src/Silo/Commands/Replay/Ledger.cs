namespace Correlation.Silo.Commands.Replay;

/// <summary>What was taken from the log and what was not, counted: a replay says what it could not know.</summary>
internal sealed class Ledger
{
    /// <summary>In the order in which they are shown.</summary>
    private readonly SortedDictionary<string, long> _taken = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _left = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Taken => _taken;

    public IReadOnlyDictionary<string, long> Left => _left;

    public void Take(string what) => _taken[what] = _taken.GetValueOrDefault(what) + 1;

    /// <param name="why">Goes on after a number.</param>
    public void Leave(string why) => _left[why] = _left.GetValueOrDefault(why) + 1;
}
