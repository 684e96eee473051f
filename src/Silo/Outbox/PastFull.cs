namespace Correlation.Silo.Outbox;

/// <summary>
/// All that waits for a full channel is read to find what stands past it, and each result asks again: ten thousand pages
/// of one channel would be read ten thousand times. A search that found nothing is not made again before it has rested,
/// unless something that it left out has a place again. Only the dispatcher's loop uses it.
/// </summary>
internal sealed class PastFull(TimeProvider clock)
{
    /// <summary>Of what the search took: a fifth of the time is spent on it.</summary>
    private const int Times = 4;

    /// <summary>So long may a page wait that is past a full channel.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private IReadOnlyCollection<string> _leftOut = [];
    private TimeSpan _rest;
    private long _since;

    /// <summary>What is left of it, and never nothing.</summary>
    public TimeSpan Rest => Left > Shortest ? Left : Shortest;

    private TimeSpan Left => _rest - clock.GetElapsedTime(_since);

    /// <param name="full">Lanes that a search would leave out now.</param>
    public bool Rests(HashSet<string> full) => _leftOut.Count > 0 && Left > TimeSpan.Zero && full.IsSupersetOf(_leftOut);

    /// <param name="full">Lanes that it left out.</param>
    /// <param name="began">Timestamp of the clock.</param>
    public void FoundNothing(IReadOnlyCollection<string> full, long began)
    {
        var rest = Times * clock.GetElapsedTime(began);
        (_leftOut, _rest, _since) = (full, rest < Longest ? rest : Longest, clock.GetTimestamp());
    }
}
