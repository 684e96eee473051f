using System.Data.Common;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    private static readonly TimeSpan BusyPrunePause = TimeSpan.FromSeconds(1);

    private DateTimeOffset _nextPrune;
    private bool _pruneFails;

    /// <summary>
    /// Old rows go in slices of bounded time, when nothing waits; and though it be never so, one slice a second.
    /// </summary>
    private void Prune(DateTimeOffset now)
    {
        if (now < (HasWork ? _nextPrune + BusyPrunePause : _nextPrune) || IsStopping)
        {
            return;
        }

        try
        {
            var more = _store.Prune(_policy.Settings.Retention, now, _checkpoint.ReplayTurn);
            _nextPrune = now + (more ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromMinutes(1));
            _pruneFails = false;
        }
        catch (CommitFailedException e)
        {
            // Old rows can wait, but not for ever: the disk fills.
            NotePruneFailed(now, e);
        }
        catch (Exception e) when (e is CommitUnknownException or DbException)
        {
            // What the store knows of itself may be no more true: recovery reads it anew. The callers have their
            // answers.
            NotePruneFailed(now, e);
            _needsRecovery = true;
            throw;
        }
    }

    private void NotePruneFailed(DateTimeOffset now, Exception error)
    {
        _nextPrune = now + TimeSpan.FromMinutes(1);
        _metrics.PruneFailed(error, first: !_pruneFails);
        _pruneFails = true;
    }
}
