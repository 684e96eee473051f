using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage.Sqlite.Rows;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// Drops what is past its retention, a slice at a time. Tables in commit order are read from their old end: the first
/// row that is young enough ends the slice, so no index on time is needed.
/// </summary>
internal sealed class Pruning(Writer writer, TurnRows turns)
{
    private const int SliceRows = 1_000;
    private const int SliceOwners = 100;
    private const long SliceBytes = 4 << 20;
    private static readonly string[] Gone = ["closed", "deleted"];

    private readonly RepeatSummary _summary = new(new RepeatHourRows(writer));

    private readonly Statement _oldTurns = writer.Prepare(
        "SELECT turn, at, LENGTH(repeats) FROM turns ORDER BY turn LIMIT ?");

    private readonly Statement _dropTurns = writer.Prepare("DELETE FROM turns WHERE turn <= ?");
    private readonly Statement _oldLog = writer.Prepare("SELECT id, at FROM log ORDER BY id LIMIT ?");
    private readonly Statement _dropLog = writer.Prepare("DELETE FROM log WHERE id <= ?");
    private readonly Statement _oldTimeline = writer.Prepare("SELECT id, at FROM timeline ORDER BY id LIMIT ?");
    private readonly Statement _dropTimeline = writer.Prepare("DELETE FROM timeline WHERE id <= ?");

    private readonly Statement _oldHours = writer.Prepare("SELECT id, hour FROM repeat_hours ORDER BY id LIMIT ?");
    private readonly Statement _dropHours = writer.Prepare("DELETE FROM repeat_hours WHERE id <= ?");

    private readonly Statement _dropAnswers = writer.Prepare(
        "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at < ? LIMIT ?)");

    private readonly Statement _dropOutbox = writer.Prepare(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state <> 1 AND not_before < ? LIMIT ?)");

    private readonly Statement _oldAlerts = writer.Prepare("""
        SELECT tiny_id, id FROM alerts WHERE status = ? AND updated_at < ? ORDER BY updated_at LIMIT ?
        """);

    private readonly Statement _oldIncidents = writer.Prepare("""
        SELECT id FROM incidents WHERE active = 0 AND opened_at < ?1 AND updated_at < ?1 ORDER BY opened_at LIMIT ?2
        """);

    private readonly Statement _dropItems = writer.Prepare("""
        DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE kind = ?1 AND key = ?2 LIMIT ?3)
        """);

    private readonly Statement[] _dropAlert =
    [
        writer.Prepare("DELETE FROM alert_docs WHERE tiny_id = ?"),
        writer.Prepare("DELETE FROM alert_tallies WHERE tiny_id = ?"),
        writer.Prepare("DELETE FROM closed_tallies WHERE tiny_id = ?"),
        writer.Prepare("DELETE FROM alerts WHERE tiny_id = ?"),
    ];

    private readonly Statement _dropIncident = writer.Prepare("DELETE FROM incidents WHERE id = ?");

    // The configuration that was in force then, with its changes, is what the oldest kept positions refer to.
    private readonly Statement[] _dropPolicies =
    [
        writer.Prepare("""
            DELETE FROM policies WHERE version < (SELECT MAX(version) FROM policies WHERE at <= ? AND hash IS NOT NULL)
            """),
        writer.Prepare("""
            DELETE FROM policy_docs WHERE NOT EXISTS (SELECT 1 FROM policies WHERE policies.hash = policy_docs.hash)
            """),
    ];

    private readonly SweptGrains _grains = new(writer);
    private readonly GrainSweep _sweep = new();

    /// <returns>True when there is more to drop.</returns>
    public bool Slice(Retention retention, DateTimeOffset now, long replayTurn)
    {
        var repeats = now - retention.Repeats;
        var decisions = Milliseconds.Of(now - retention.Decisions);
        var closed = Milliseconds.Of(now - retention.Closed);

        var more = _summary.Slice(repeats);
        more |= DropTurns(Milliseconds.Of(repeats), Math.Min(replayTurn, _summary.Through));
        more |= DropOldest(_oldHours, _dropHours, decisions);
        more |= DropOldest(_oldLog, _dropLog, decisions);
        more |= DropOldest(_oldTimeline, _dropTimeline, closed);
        more |= Drop(_dropAnswers, Milliseconds.Of(now - retention.Answers));
        more |= Drop(_dropOutbox, decisions);
        more |= DropAlerts(closed);
        more |= DropIncidents(closed);
        DropPolicies(closed);
        more |= _sweep.Slice(_grains, now, now - retention.Closed);
        return more;
    }

    /// <summary>Only after the commit.</summary>
    public void Committed() => _summary.Committed();

    // A start needs the repeats after the replay position and the heads after the base row, and the summary of old
    // repeats those that it has not counted.
    private bool DropTurns(long before, long repeatsDone)
    {
        var rows = _oldTurns.Add(SliceRows).All(row => (Turn: row.Long(0), At: row.Long(1), Repeats: row.Long(2)));
        long? last = null;
        var bytes = 0L;
        foreach (var row in rows)
        {
            var needed = row.Turn > turns.BaseTurn || (row.Turn > repeatsDone && row.Repeats > 0);
            if (row.At >= before || needed || bytes > SliceBytes)
            {
                break;
            }

            last = row.Turn;
            bytes += row.Repeats;
        }

        if (last is { } turn)
        {
            _dropTurns.Add(turn).Run();
        }

        return bytes > SliceBytes || (rows.Count == SliceRows && last == rows[^1].Turn);
    }

    private static bool DropOldest(Statement oldest, Statement drop, long before)
    {
        var rows = oldest.Add(SliceRows).All(row => (Id: row.Long(0), At: row.Long(1)));
        var old = rows.TakeWhile(row => row.At < before).ToList();
        if (old.Count > 0)
        {
            drop.Add(old[^1].Id).Run();
        }

        return old.Count == SliceRows;
    }

    private static bool Drop(Statement drop, long before)
    {
        drop.Add(before).Add(SliceRows).Run();
        return drop.Changes == SliceRows;
    }

    private bool DropAlerts(long before)
    {
        var old = Gone
            .SelectMany(status => _oldAlerts.Add(status).Add(before).Add(SliceOwners)
                .All(row => (TinyId: row.Long(0), Id: row.Text(1))))
            .ToList();
        foreach (var (tinyId, _) in old.Where(alert => DropItems(GrainKind.ClosedAlert, alert.Id)))
        {
            foreach (var drop in _dropAlert)
            {
                drop.Add(tinyId).Run();
            }
        }

        return old.Count > 0;
    }

    private void DropPolicies(long before)
    {
        _dropPolicies[0].Add(before).Run();
        if (_dropPolicies[0].Changes > 0)
        {
            _dropPolicies[1].Run();
        }
    }

    private bool DropIncidents(long before)
    {
        var old = _oldIncidents.Add(before).Add(SliceOwners).All(row => row.Text(0));
        foreach (var id in old.Where(id => DropItems(GrainKind.Incident, id)))
        {
            _dropIncident.Add(id).Run();
        }

        return old.Count > 0;
    }

    /// <returns>True when none are left, so that the owner can go.</returns>
    private bool DropItems(GrainKind kind, string key)
    {
        _dropItems.Add((long)kind).Add(key).Add(SliceRows).Run();
        return _dropItems.Changes < SliceRows;
    }
}
