using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class OutboxRows(Writer writer)
{
    // The id is the receiver's idempotency key: the same page decided twice is one page.
    private readonly Statement _enqueue = writer.Prepare("""
        INSERT INTO outbox (id, incident_id, state, priority, not_before, moves_on_at, channel, shape, doc)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING
        """);

    private readonly Statement _retry = writer.Prepare("""
        UPDATE outbox SET state = ?, priority = ?, not_before = ?, moves_on_at = ?, channel = ?, shape = ?, doc = ?
        WHERE id = ?
        """);

    private readonly Statement _finish = writer.Prepare("UPDATE outbox SET state = ? WHERE id = ?");

    public void Write(DeliveryChange change)
    {
        switch (change)
        {
            case DeliveryChange.Enqueue(var delivery):
                _enqueue.Add(delivery.Id.ToString()).Add(delivery.IncidentId);
                BindContent(_enqueue, delivery).Run();
                break;
            case DeliveryChange.Retry(var delivery):
                BindContent(_retry, delivery).Add(delivery.Id.ToString()).Run();
                break;
            case DeliveryChange.Finish(var id, var state):
                _finish.Add((long)state).Add(id.ToString()).Run();
                break;
            default:
                throw new UnreachableException($"Unknown delivery change {change}.");
        }
    }

    private static Statement BindContent(Statement statement, Delivery delivery) =>
        statement.Add((long)DeliveryState.Pending).Add((long)delivery.Urgency)
            .Add(Milliseconds.RoundedUp(delivery.NotBefore)).Add(Milliseconds.RoundedUp(delivery.MovesOnAt))
            .Add(delivery.Lane).Add(StateWire.Shape).Add(StoredJson.Write(delivery));
}
