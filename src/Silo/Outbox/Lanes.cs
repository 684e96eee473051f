using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>
/// What is under way. Keeps that no delivery is attempted twice at once, that not too much is attempted at all, and
/// that no channel takes all of it: a page must not stand behind a webhook that hangs.
/// </summary>
public sealed class Lanes(int parallelism, int parallelismPerChannel)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _held = [];
    private readonly Dictionary<string, int> _byChannel = new(StringComparer.Ordinal);
    private int _free = parallelism;

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

    /// <summary>Names of the channels that take nothing more at present.</summary>
    public IReadOnlyCollection<string> Full
    {
        get
        {
            lock (_lock)
            {
                return [.. _byChannel.Where(lane => lane.Value >= parallelismPerChannel).Select(lane => lane.Key)];
            }
        }
    }

    /// <summary>Takes the delivery and a place on its channel, or neither.</summary>
    public bool TryTake(Delivery delivery)
    {
        lock (_lock)
        {
            var underWay = _byChannel.GetValueOrDefault(delivery.Target.Channel);
            if (_free == 0 || underWay >= parallelismPerChannel || !_held.Add(delivery.Id))
            {
                return false;
            }

            _free--;
            _byChannel[delivery.Target.Channel] = underWay + 1;
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
            if (--_byChannel[taken.Target.Channel] == 0)
            {
                _byChannel.Remove(taken.Target.Channel);
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
}
