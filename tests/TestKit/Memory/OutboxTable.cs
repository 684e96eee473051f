using System.Diagnostics;
using Correlation.Grains.Model;

namespace Correlation.TestKit.Memory;

/// <summary>Deliveries and how each of them stands.</summary>
public sealed class OutboxTable
{
    private readonly Dictionary<Guid, (Delivery Delivery, DeliveryState State)> _rows = [];
    private readonly Dictionary<Guid, Delivery> _pending = [];

    public IEnumerable<Delivery> Pending => _pending.Values;

    public void Write(DeliveryChange change)
    {
        switch (change)
        {
            case DeliveryChange.Enqueue(var delivery):
                // The id is the receiver's idempotency key: the same page decided twice is one page.
                if (_rows.TryAdd(delivery.Id, (delivery, DeliveryState.Pending)))
                {
                    _pending.Add(delivery.Id, delivery);
                }

                break;
            case DeliveryChange.Retry(var delivery):
                _rows[delivery.Id] = (delivery, DeliveryState.Pending);
                _pending[delivery.Id] = delivery;
                break;
            case DeliveryChange.Finish(var id, var state):
                if (_rows.TryGetValue(id, out var row))
                {
                    _rows[id] = row with { State = state };
                    _pending.Remove(id);
                }

                break;
            default:
                throw new UnreachableException($"Unknown delivery change {change}.");
        }
    }
}
