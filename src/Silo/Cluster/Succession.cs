namespace Correlation.Silo.Cluster;

internal enum SuccessionStep
{
    Wait,

    /// <summary>The owner stands still: its connection is to be ended.</summary>
    End,

    /// <summary>Nobody runs the database.</summary>
    Take,
}

/// <summary>
/// Decides from looks at the database whether its owner has gone. Time is the observer's own and monotonic, and only
/// counts while it looks: one that was itself stopped, or had no server to look at, has seen nothing.
/// </summary>
internal sealed class Succession
{
    /// <summary>An owner whose beat has not moved for so long, beside looks that were answered, stands still.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(3);

    /// <summary>Looks that are further apart say nothing of the time between them.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After a server was away its owner has lost its connection as well, and comes back for the lock.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private (int Connection, DateTime Since, long Beat)? _seen;
    private TimeSpan _stillSince;
    private TimeSpan _lookedAt;
    private TimeSpan _graceUntil;

    /// <summary>The server did not answer.</summary>
    public void NoAnswer(TimeSpan now)
    {
        _graceUntil = now + Grace;
        _seen = null;
    }

    public SuccessionStep Next(Look look, TimeSpan now)
    {
        var gap = now - _lookedAt;
        _lookedAt = now;
        if (look.Owner is not { } owner)
        {
            _seen = null;
            return now < _graceUntil ? SuccessionStep.Wait : SuccessionStep.Take;
        }

        // That there is a table at last is news as well: the owner has been bringing the schema up to date.
        var seen = (owner.ServerProcess, owner.Since, look.OwnersRow?.Beat ?? (look.Processes is null ? -1 : 0));
        if (_seen != seen || gap > LongestGap)
        {
            (_seen, _stillSince) = (seen, now);
        }

        // Of a release without beats nothing is known but that it has its connection.
        var beats = owner.Id is not null && look.Processes is not null;
        return beats && now - _stillSince >= DeadAfter ? SuccessionStep.End : SuccessionStep.Wait;
    }
}
