namespace Correlation.Silo.Shards;

/// <summary>
/// The loop's time: anchored to the wall at load, advanced by the monotonic clock, and then only slewed (at most 1 ms
/// per 100 ms), so that a stepped wall clock neither fires every timer at once nor holds them back. Any thread may ask.
/// </summary>
public sealed class SlewedClock
{
    private const double MostSlew = 0.01;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private DateTimeOffset _now;
    private long _mark;

    public SlewedClock(TimeProvider time)
    {
        _time = time;
        _now = time.GetUtcNow();
        _mark = time.GetTimestamp();
    }

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return Advance_NeedsLock();
            }
        }
    }

    /// <summary>How far the loop's time is ahead of the wall, by which senders name their times.</summary>
    public TimeSpan Ahead => Now - _time.GetUtcNow();

    /// <summary>Never before what was already decided: the wall may have been set back while we were down.</summary>
    public void NotBefore(DateTimeOffset earliest)
    {
        lock (_gate)
        {
            // What has passed so far is counted first: left uncounted, it would be added to the later time.
            if (Advance_NeedsLock() < earliest)
            {
                _now = earliest;
            }
        }
    }

    private DateTimeOffset Advance_NeedsLock()
    {
        var mark = _time.GetTimestamp();
        var passed = _time.GetElapsedTime(_mark, mark);
        _mark = mark;
        _now += passed;
        var behind = _time.GetUtcNow() - _now;
        var most = passed * MostSlew;
        _now += behind > most ? most : behind < -most ? -most : behind;
        return _now;
    }
}
