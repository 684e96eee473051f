using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    private readonly List<Submission.Release> _releases = [];
    private bool _holdIsNew;

    /// <summary>While it is on no timer fires; the dispatcher shares it.</summary>
    public Hold Hold { get; init; } = new();

    private void RecoverHold(StoreHead head, DateTimeOffset now)
    {
        _holdIsNew = head.Hold is { Since: null };
        Hold.Since = head.Hold is { } held ? held.Since ?? now : null;
    }

    /// <summary>That it began is stored, so that a crash does not begin it anew.</summary>
    private void NoteHold(TurnWrite write)
    {
        if (Hold.Until is { } until)
        {
            write.Hold = _releases.Count > 0 || write.At >= until ? HoldWrite.Ends
                : _holdIsNew ? HoldWrite.Begins
                : null;
        }
    }

    private void AcceptHold(TurnWrite write)
    {
        if (write.Hold is not null)
        {
            _holdIsNew = false;
        }

        if (write.Hold == HoldWrite.Ends)
        {
            Hold.Since = null;
            LookForNextDue(write.At);
        }

        _releases.ForEach(release => release.Answer(write.Hold == HoldWrite.Ends));
    }
}
