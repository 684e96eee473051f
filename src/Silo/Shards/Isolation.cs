using System.Data.Common;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

/// <summary>
/// A turn that cannot be written for what is in it fails again however often it is tried, and would take everybody's
/// requests with it for ever. It is taken apart: each request, message and timer of it has a turn of its own, and the
/// one that fails alone is poison.
/// </summary>
public sealed partial class Shard
{
    private readonly LinkedList<Suspect> _suspects = new();

    /// <summary>The only content of this turn; null in an ordinary one.</summary>
    private Suspect? _alone;

    /// <param name="Guilty">What it failed with when it was alone: it is not decided but written down as
    /// poison.</param>
    private sealed record Suspect(IReadOnlyList<Work> Works, Exception? Guilty = null);

    private static bool IsForItsContent(Exception error) => error switch
    {
        CommitFailedException failed => failed.ForItsContent,
        CommitUnknownException or DbException or OutOfMemoryException => false,
        _ => true,
    };

    /// <summary>False when not even its poison can be written, and when there is nothing to take apart.</summary>
    private bool CanTakeApart => _batch.Count > 0 && _alone?.Guilty is null;

    private void TakeApart(TurnDecisions decide, Exception error)
    {
        _metrics.TakenApart(error);
        decide.Undo();
        decide.Forget();
        _checkpoint.Failed();

        // Its alerts are among the suspects: collected again they would bring this turn back, and again, for ever.
        AdvanceReconsideration();
        if (_alone is { } alone)
        {
            _suspects.AddFirst(alone with { Guilty = error });
            return;
        }

        foreach (var works in _batch.GroupBy(work => work.Message ?? (object?)work.Caller ?? work.Timer ?? new object()))
        {
            _suspects.AddLast(new Suspect([.. works]));
        }

        // The checkpoint's share is suspected too.
        _suspects.AddLast(new Suspect([]));
        foreach (var read in _reads)
        {
            _readBacklog.Enqueue(read);
        }

        foreach (var publish in _publishes)
        {
            _peopleBacklog.Enqueue(publish);
        }

        foreach (var release in _releases)
        {
            _peopleBacklog.Enqueue(release);
        }

        _inbox.Release(0, -_publishes.Count - _releases.Count, -_reads.Count);
    }

    private bool TakeSuspect()
    {
        _alone = _suspects.First?.Value;
        if (_alone is null)
        {
            return false;
        }

        _suspects.RemoveFirst();
        _batch.AddRange(_alone.Works);
        _taken.AddRange(
            _alone.Works.Where(work => work is { Message: null, Caller: not null })
                .Select(work => work.Caller!)
                .Distinct());
        return true;
    }

    private void FailSuspects(Gateway.Seams.UnavailableException why)
    {
        foreach (var work in _suspects.SelectMany(suspect => suspect.Works))
        {
            work.Caller?.Fail(why);
            work.Message?.Caller?.Fail(why);
        }

        _suspects.Clear();
    }
}
