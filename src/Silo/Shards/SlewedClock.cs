namespace Correlation.Silo.Shards;

/// <summary>
/// The loop's time: anchored to the wall at load, advanced by the monotonic clock, and then only slewed (at most 1 ms
/// per 100 ms), so that a stepped wall clock neither fires every timer at once nor holds them back.
/// </summary>
public sealed class SlewedClock
{
    private const double MostSlew = 0.01;

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

    /// <summary>Never before what was already decided: the wall may have been set back while we were down.</summary>
    public void NotBefore(DateTimeOffset earliest)
    {
        // Reading it counts what has passed so far: left uncounted, it would be added to the later time.
        if (Now < earliest)
        {
            _now = earliest;
        }
    }
}
