namespace Correlation.Silo.Storage;

/// <summary>What each database does for the summary of old repeats.</summary>
internal interface IRepeatHours
{
    /// <summary>The repeats of turns up to this one are in the hours; those after it may not be dropped.</summary>
    long ReadThrough();

    /// <summary>Turns after the given one, in order, with the size of their repeats.</summary>
    IReadOnlyList<(long Turn, long At, long Size)> Turns(long after, int limit);

    /// <summary>
    /// The repeats of the turns after <paramref name="after"/> up to <paramref name="last"/>, in order.
    /// </summary>
    IReadOnlyList<RepeatBatch> Repeats(long after, long last);

    /// <summary>
    /// Adds to what the hours hold. A row that has counted the turns up to <paramref name="through"/> already stays as
    /// it is: after a crash the same rows are given once more.
    /// </summary>
    void Add(IReadOnlyList<RepeatHour> rows, long through, bool isLast);
}

/// <summary>
/// Turns the repeats that are about to be dropped into a row per alias and hour. A stretch of the log is read and
/// counted in memory over several slices, then written over several, and only then the turns of it may be dropped.
/// Where a stretch ends depends on the log alone, so that one which a crash cut short is counted again in the same way.
/// A slice is bounded by what it reads and writes, not by how many alerts there are.
/// </summary>
internal sealed class RepeatSummary
{
    /// <summary>Six writes per alias and hour, and repeats are dropped ten minutes later than they could be.</summary>
    private const long Stretch = 600_000;

    /// <summary>Bounds memory; a stretch with more aliases is cut.</summary>
    private const int StretchAliases = 100_000;

    private const int SliceTurns = 1_000;
    private const long SliceBytes = 1 << 20;
    private const int SliceRows = 500;

    private readonly IRepeatHours _hours;
    private readonly RepeatTally _tally = new();
    private List<RepeatHour>? _counted;
    private int _written;
    private int? _writing;
    private long _read;
    private long _stretch;

    public RepeatSummary(IRepeatHours hours)
    {
        _hours = hours;
        Through = _read = hours.ReadThrough();
    }

    /// <summary>Turns up to this one can be dropped.</summary>
    public long Through { get; private set; }

    /// <summary>One slice, inside a transaction: counts, or writes what is counted.</summary>
    /// <param name="before">Repeats at this time and later stay in the log for now.</param>
    /// <returns>True when there is more to do.</returns>
    public bool Slice(DateTimeOffset before)
    {
        _writing = null;
        if (_counted is not { } rows)
        {
            return Count(Milliseconds.Of(before) / Stretch * Stretch);
        }

        var count = Math.Min(SliceRows, rows.Count - _written);
        _hours.Add(rows.GetRange(_written, count), _read, isLast: _written + count == rows.Count);
        _writing = count;
        return true;
    }

    /// <summary>Only after the commit: a slice that was not written is written again.</summary>
    public void Committed()
    {
        _written += _writing ?? 0;
        if (_writing is null || _written < _counted!.Count)
        {
            return;
        }

        Through = _read;
        (_counted, _written) = (null, 0);
        _tally.Clear();
    }

    /// <summary>
    /// Time never goes back in the log: when it has reached the end of a stretch, the stretch is whole.
    /// </summary>
    private bool Count(long end)
    {
        var turns = _hours.Turns(_read, SliceTurns);
        var (last, bytes, isWhole, more) = (_read, 0L, turns.Count < SliceTurns, turns.Count == SliceTurns);
        foreach (var (turn, at, size) in turns)
        {
            isWhole = at >= end || (last > Through && at / Stretch != _stretch);
            more = bytes >= SliceBytes;
            if (isWhole || more)
            {
                break;
            }

            (_stretch, last, bytes) = (at / Stretch, turn, bytes + size);
            (isWhole, more) = (turns.Count < SliceTurns, turns.Count == SliceTurns);
        }

        foreach (var batch in bytes > 0 ? _hours.Repeats(_read, last) : [])
        {
            _tally.Add(batch);
        }

        _read = last;
        if (_read > Through && (isWhole || _tally.Count >= StretchAliases))
        {
            _counted = _tally.Rows;
        }

        return more || _counted is not null;
    }
}
