using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

/// <summary>Turns, heads and the replay position, as in the embedded store.</summary>
internal sealed class TurnRows
{
    private const int Page = 256;

    /// <summary>
    /// A start reads at most so many turns, and they can be dropped, even when no checkpoint round ends for days.
    /// </summary>
    private const int TurnsPerBase = 1_024;

    private readonly PartitionHead[] _newest = new PartitionHead[Grains.Model.Partitions.Count];

    public TurnRows(NpgsqlConnection connection)
    {
        for (var partition = 0; partition < _newest.Length; partition++)
        {
            _newest[partition] = new PartitionHead(partition, 0, default, 0);
        }

        using (var ask = new NpgsqlCommand("SELECT turn, replay_turn, policy_version, heads FROM base", connection))
        using (var row = ask.ExecuteReader())
        {
            row.Read();
            (BaseTurn, ReplayTurn, PolicyVersion) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
            PackedHeads.LayOver(_newest, row.GetFieldValue<byte[]>(3));
        }

        using (var ask = new NpgsqlCommand("SELECT since FROM hold", connection))
        using (var row = ask.ExecuteReader())
        {
            Hold = row.Read() ? new StoredHold(row.Time(0)) : null;
        }

        Turn = BaseTurn;
        using var moved = new NpgsqlCommand("SELECT turn, heads FROM turns WHERE turn > $1 ORDER BY turn", connection);
        moved.Parameters.Add(new NpgsqlParameter<long> { TypedValue = BaseTurn });
        using var rows = moved.ExecuteReader();
        while (rows.Read())
        {
            Turn = rows.GetInt64(0);
            PackedHeads.LayOver(_newest, rows.GetFieldValue<byte[]>(1));
        }
    }

    public IReadOnlyList<PartitionHead> Newest => _newest;

    public long BaseTurn { get; private set; }

    public long Turn { get; private set; }

    public long ReplayTurn { get; private set; }

    public long PolicyVersion { get; private set; }

    /// <summary>As it was at the start.</summary>
    public StoredHold? Hold { get; }

    public void Add(NpgsqlBatch batch, TurnWrite write)
    {
        batch.Add("INSERT INTO turns (turn, at, heads, repeats) VALUES ($1, $2, $3, $4)")
            .With(write.Turn).With(Milliseconds.Of(write.At)).Bytes(PackedHeads.Pack(write.Heads)).Bytes(write.Repeats);
        if (WritesBase(write))
        {
            var heads = (PartitionHead[])_newest.Clone();
            Advance(heads, write.Heads);
            batch.Add("UPDATE base SET turn = $1, replay_turn = $2, heads = $3")
                .With(write.Turn).With(write.ReplayTurn ?? ReplayTurn).Bytes(PackedHeads.Pack(heads));
        }

        if (write.Hold == HoldWrite.Begins)
        {
            batch.Add("UPDATE hold SET since = $1").With(Milliseconds.Of(write.At));
        }
        else if (write.Hold == HoldWrite.Ends)
        {
            batch.Add("DELETE FROM hold");
        }

        if (write.Policies is [.., var policy])
        {
            batch.Add("UPDATE base SET policy_version = $1").With(policy.Version);
        }
    }

    /// <summary>Only after the commit.</summary>
    public void Committed(TurnWrite write)
    {
        Advance(_newest, write.Heads);
        Turn = write.Turn;
        PolicyVersion = write.Policies is [.., var policy] ? policy.Version : PolicyVersion;
        BaseTurn = WritesBase(write) ? write.Turn : BaseTurn;
        ReplayTurn = write.ReplayTurn ?? ReplayTurn;
    }

    /// <summary>Page by page, so that no read lasts as long as a recovery.</summary>
    public static IEnumerable<RepeatBatch> Repeats(NpgsqlConnection connection, long after)
    {
        List<RepeatBatch> page;
        do
        {
            page = ReadPage(connection, after);
            foreach (var batch in page)
            {
                yield return batch;
                after = batch.Turn;
            }
        }
        while (page.Count == Page);
    }

    private static List<RepeatBatch> ReadPage(NpgsqlConnection connection, long after)
    {
        using var ask = new NpgsqlCommand(
            "SELECT turn, at, repeats FROM turns WHERE turn > $1 AND length(repeats) > 0 ORDER BY turn LIMIT $2",
            connection);
        ask.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        ask.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
        using var rows = ask.ExecuteReader();
        var page = new List<RepeatBatch>();
        while (rows.Read())
        {
            page.Add(new RepeatBatch(rows.GetInt64(0), Milliseconds.Time(rows.GetInt64(1)), rows.Bytes(2)));
        }

        return page;
    }

    private bool WritesBase(TurnWrite write) => write.ReplayTurn is not null || write.Turn - BaseTurn >= TurnsPerBase;

    private static void Advance(PartitionHead[] heads, List<PartitionHead> moved)
    {
        foreach (var head in moved)
        {
            heads[head.Partition] = head;
        }
    }
}
