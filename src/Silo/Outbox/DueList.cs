using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Outbox;

/// <summary>
/// What is due, read as seldom as may be: ten thousand pages for one channel would be read, and searched for what stands
/// past them, anew at each result. What a list holds beyond what may begin is kept for a moment, until something is
/// added to the outbox; and a search past full lanes that found nothing rests. Only the dispatcher's loop uses it.
/// </summary>
/// <param name="limit">Deliveries that are read at one time.</param>
internal sealed class DueList(IOutbox outbox, OutboxSignal signal, TimeProvider clock, int limit)
{
    /// <summary>A search rests so often as long as it took: a fifth of the time is spent on it.</summary>
    private const int RestPerSearch = 4;

    /// <summary>So long may a page wait that came due behind a kept list, or stands past a full lane.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private List<Delivery> _kept = [];
    private long _keptSince;
    private long _additions;

    /// <summary>Lanes that were full when it was read, and of which it holds nothing.</summary>
    private HashSet<string> _unread = [];

    private HashSet<string> _leftOut = [];
    private long _restsSince;
    private TimeSpan _rest;

    private TimeSpan KeepFor => Longest - clock.GetElapsedTime(_keptSince);

    private TimeSpan RestFor => _rest - clock.GetElapsedTime(_restsSince);

    /// <summary>Begins what may begin, most urgent first.</summary>
    /// <param name="full">Channels and single lanes that take nothing at present.</param>
    /// <param name="held">What has begun, and may be due in the store until its result is there.</param>
    /// <param name="begin">False when it waits on.</param>
    public async Task<Begun> BeginAsync(
        DateTimeOffset now, HashSet<string> full, Func<IReadOnlyCollection<Guid>> held, Func<Delivery, Task<bool>> begin,
        CancellationToken cancellationToken)
    {
        if (signal.Additions != _additions || KeepFor <= TimeSpan.Zero || !full.IsSupersetOf(_unread))
        {
            _kept = [];
        }

        if (_kept.Exists(delivery => !IsIn(full, delivery)))
        {
            var lookAgain = AtLeast(KeepFor);
            if (await BeginKeptAsync(full, begin) > 0)
            {
                return new Begun(MayBeMore: true, lookAgain);
            }

            // They wait for something else than a place on their lane: what is behind them is to be seen.
            _kept.RemoveAll(delivery => !IsIn(full, delivery));
        }

        if (_leftOut.Count > 0 && RestFor > TimeSpan.Zero && full.IsSupersetOf(_leftOut))
        {
            return new Begun(MayBeMore: false, AtLeast(RestFor));
        }

        var (asked, began) = (clock.GetTimestamp(), 0);
        try
        {
            var read = await ReadAsync(now, full, held(), cancellationToken);
            began = await BeginKeptAsync(full, begin);
            return new Begun(began > 0 && read >= limit, LookAgain: null);
        }
        finally
        {
            if (began == 0)
            {
                Rest(full, RestPerSearch * clock.GetElapsedTime(asked));
            }
        }
    }

    /// <summary>On top of what was kept, all of which is of full lanes.</summary>
    private async Task<int> ReadAsync(
        DateTimeOffset now, HashSet<string> full, IReadOnlyCollection<Guid> held, CancellationToken cancellationToken)
    {
        if (_kept.Count == 0)
        {
            (_keptSince, _additions, _unread) = (clock.GetTimestamp(), signal.Additions, []);
        }

        _unread.UnionWith(full.Where(lane => !_kept.Exists(delivery => IsOf(lane, delivery))));
        var due = await outbox.DueAsync(now, limit, full, held, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _kept = [.. _kept.Concat(due).OrderBy(delivery => delivery.Urgency).ThenBy(delivery => delivery.NotBefore)];
        return due.Count;
    }

    private async Task<int> BeginKeptAsync(HashSet<string> full, Func<Delivery, Task<bool>> begin)
    {
        var (all, left) = (_kept, new List<Delivery>());
        _kept = [];
        foreach (var delivery in all)
        {
            if (IsIn(full, delivery) || !await begin(delivery))
            {
                left.Add(delivery);
            }
        }

        _kept = left;
        return all.Count - left.Count;
    }

    private void Rest(HashSet<string> leftOut, TimeSpan rest) =>
        (_leftOut, _rest, _restsSince) = (leftOut, rest < Longest ? rest : Longest, clock.GetTimestamp());

    private static TimeSpan AtLeast(TimeSpan left) => left > Shortest ? left : Shortest;

    private static bool IsIn(HashSet<string> full, Delivery delivery) =>
        full.Contains(delivery.Target.Channel) || full.Contains(delivery.Lane);

    private static bool IsOf(string lane, Delivery delivery) => delivery.Target.Channel == lane || delivery.Lane == lane;
}

/// <param name="MayBeMore">Some began, and what else is due was not looked at.</param>
/// <param name="LookAgain">
/// By when what was kept, or the rest of a search, is over; null when only a place that is freed, a result or an addition
/// can change something.
/// </param>
internal readonly record struct Begun(bool MayBeMore, TimeSpan? LookAgain);
