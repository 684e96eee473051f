using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class OutboxRows
{
    // The id is the receiver's idempotency key: the same page decided twice is one page.
    private const string Enqueue = """
        INSERT INTO outbox (id, state, priority, not_before, moves_on_at, channel, shape, doc, incident_id)
        SELECT * FROM unnest(
            $1::text[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::int[], $8::bytea[], $9::text[])
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Retry = """
        UPDATE outbox SET state = given.state, priority = given.priority, not_before = given.not_before,
            moves_on_at = given.moves_on_at, channel = given.channel, shape = given.shape, doc = given.doc
        FROM unnest($1::text[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::int[], $8::bytea[])
            AS given (id, state, priority, not_before, moves_on_at, channel, shape, doc)
        WHERE outbox.id = given.id
        """;

    private const string Finish = """
        UPDATE outbox SET state = given.state FROM unnest($1::text[], $2::int[]) AS given (id, state)
        WHERE outbox.id = given.id
        """;

    /// <summary>Of the changes of one delivery after its enqueuing, the last one stands.</summary>
    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        if (write.Outbox.Count == 0)
        {
            return;
        }

        var enqueued = write.Outbox.OfType<DeliveryChange.Enqueue>().Select(change => change.Delivery).ToList();
        if (enqueued.Count > 0)
        {
            AddContent(batch.Add(Enqueue), enqueued).Keys(enqueued, delivery => delivery.IncidentId);
        }

        var last = new Dictionary<Guid, DeliveryChange>();
        foreach (var change in write.Outbox)
        {
            _ = change switch
            {
                DeliveryChange.Retry retry => last[retry.Delivery.Id] = retry,
                DeliveryChange.Finish finish => last[finish.Id] = finish,
                _ => change,
            };
        }

        var retried = last.Values.OfType<DeliveryChange.Retry>().Select(change => change.Delivery).ToList();
        if (retried.Count > 0)
        {
            AddContent(batch.Add(Retry), retried);
        }

        var finished = last.Values.OfType<DeliveryChange.Finish>().ToList();
        if (finished.Count > 0)
        {
            batch.Add(Finish).Column(finished, change => change.Id.ToString())
                .Column(finished, change => (int)change.State);
        }
    }

    private static NpgsqlBatchCommand AddContent(NpgsqlBatchCommand command, List<Delivery> rows) => command
        .Column(rows, row => row.Id.ToString()).Column(rows, _ => (int)DeliveryState.Pending)
        .Column(rows, row => row.Urgency).Column(rows, row => Milliseconds.RoundedUp(row.NotBefore))
        .Column(rows, row => Milliseconds.RoundedUp(row.MovesOnAt))
        .Words(rows, row => row.Lane).Column(rows, _ => StateWire.Shape).Column(rows, StoredJson.Write);
}
