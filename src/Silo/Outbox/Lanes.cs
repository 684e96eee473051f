using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>
/// What is under way. Keeps that no delivery is attempted twice at once, that not too much is attempted at all, and
/// that no channel takes all of it: a page must not stand behind a webhook that hangs. Updates of messages have a small
/// share of their own, so that neither their number nor a receiver that hangs on them takes a place from a page.
/// </summary>
public sealed class Lanes(int parallelism, int parallelismPerChannel)
{
    private const int UpdateShare = 4;

    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _held = [];
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private int _free = parallelism;
    private int _freeForUpdates = Math.Max(1, parallelism / UpdateShare);

    /// <summary>Attempts that may still begin.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
            {
                return _free;
            }
        }
    }

    /// <summary>Deliveries that are being attempted or whose result is still to be written down.</summary>
    public int Held
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>As <see cref="Held"/>.</summary>
    public IReadOnlyCollection<Guid> HeldIds
    {
        get
        {
            lock (_lock)
            {
                return [.. _held];
            }
        }
    }

    public bool Holds(Guid id)
    {
        lock (_lock)
        {
            return _held.Contains(id);
        }
    }

    /// <summary>Lanes that take nothing more at present.</summary>
    public IReadOnlyCollection<string> Full
    {
        get
        {
            lock (_lock)
            {
                return [.. _lanes.Where(lane => lane.Value.UnderWay >= lane.Value.Places).Select(lane => lane.Key)];
            }
        }
    }

    /// <summary>Takes the delivery and a place on its channel, or neither.</summary>
    public bool TryTake(Delivery delivery)
    {
        lock (_lock)
        {
            var lane = _lanes.GetValueOrDefault(NameOf(delivery), new Lane(0, PlacesFor(delivery)));
            var isUpdate = delivery.Updates is not null;
            if (_free == 0 || (isUpdate && _freeForUpdates == 0) || lane.UnderWay >= lane.Places ||
                !_held.Add(delivery.Id))
            {
                return false;
            }

            _free--;
            _freeForUpdates -= isUpdate ? 1 : 0;
            _lanes[NameOf(delivery)] = lane with { UnderWay = lane.UnderWay + 1 };
            return true;
        }
    }

    /// <summary>Takes the delivery without a place: nothing is sent.</summary>
    public bool TryHold(Guid id)
    {
        lock (_lock)
        {
            return _held.Add(id);
        }
    }

    /// <summary>
    /// The attempt is over: its place is free. The delivery is held until its result is written down.
    /// </summary>
    public void FreePlace(Delivery taken)
    {
        lock (_lock)
        {
            _free++;
            _freeForUpdates += taken.Updates is null ? 0 : 1;
            var name = NameOf(taken);
            var lane = _lanes[name];
            if (lane.UnderWay == 1)
            {
                _lanes.Remove(name);
            }
            else
            {
                _lanes[name] = lane with { UnderWay = lane.UnderWay - 1 };
            }
        }
    }

    /// <summary>The store knows all about the delivery that we do.</summary>
    public void Release(Guid id)
    {
        lock (_lock)
        {
            _held.Remove(id);
        }
    }

    private static string NameOf(Delivery delivery) =>
        delivery.Updates is null ? delivery.Target.Channel : delivery.Lane;

    private int PlacesFor(Delivery delivery) =>
        delivery.Updates is null ? parallelismPerChannel : Math.Max(1, parallelismPerChannel / UpdateShare);

    private readonly record struct Lane(int UnderWay, int Places);
}
