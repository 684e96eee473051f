using System.Data.Common;
using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage.Postgres.Rows;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// The store in a PostgreSQL database, used by one process at a time. A lost connection is made anew by the next call;
/// the lock then tells whether the database is still ours, and the last turn whether anybody wrote meanwhile.
/// </summary>
public sealed class PostgresStore(string connectionString, string process = "00000000") : IStore
{
    private readonly Periods _turnPeriods = new("turns", TimeSpan.FromHours(1), "yyyyMMddHH");
    private readonly Periods _logPeriods = new("log", TimeSpan.FromDays(1), "yyyyMMdd");
    private readonly Periods _hourPeriods = new("repeat_hours", TimeSpan.FromDays(1), "yyyyMMdd");
    private readonly GrainSweep _sweep = new();
    private volatile Session? _session;
    private TurnRows? _turns;
    private RepeatSummary? _summary;
    private SessionMark? _former;
    private long _fullAt;

    /// <summary>Of the session that writes; null while there is none. Read by any thread.</summary>
    internal SessionMark? Held => _session?.Mark;

    /// <summary>Null: whichever server answers is taken.</summary>
    internal KnownTimeline? Timeline { get; init; }

    /// <summary>
    /// A server keeps no room for people: intake alone is held back for this long, then it is tried again.
    /// </summary>
    internal TimeSpan RefusesIntakeFor { get; init; } = TimeSpan.FromSeconds(10);

    public bool InReserve =>
        Interlocked.Read(ref _fullAt) is not 0 and var at && Stopwatch.GetElapsedTime(at) < RefusesIntakeFor;

    public string Disk => "The disk of the PostgreSQL server";

    private TurnRows Turns => _turns ?? throw new InvalidOperationException("The store is used before Open.");

    public StoreHead Open()
    {
        Close();
        var session = Connect();
        Durability.Check(session.Connection);
        Schema.Apply(session.Connection);
        ReadPeriods(session);
        var turns = _turns = new TurnRows(session.Connection);
        _summary = new RepeatSummary(new RepeatHourRows(Live, _hourPeriods));
        return new StoreHead(
            turns.Turn, turns.ReplayTurn, turns.PolicyVersion, [.. turns.Newest], PolicyObjectRows.Read(session))
        {
            Hold = turns.Hold,
        };
    }

    public void Confirm() => Live();

    public IReadOnlyList<StoredGrain> Load(IReadOnlyCollection<GrainId> grains) => StoredGrains.Load(Live(), grains);

    public IEnumerable<RepeatBatch> ReadRepeats(long afterTurn) => TurnRows.Repeats(Live().Connection, afterTurn);

    public IReadOnlyList<StoredMessage> Messages(long after, int limit) => MessageRows.ReadAfter(Live(), after, limit);

    public IReadOnlyList<StoredTimer> DueTimers(DateTimeOffset now, TimeSpan listened, int limit, bool? walks = null) =>
        TimerRows.ReadDue(Live(), now, listened, limit, walks);

    public (DateTimeOffset? Duty, DateTimeOffset? Absence) NextDue() => TimerRows.ReadNext(Live());

    public IReadOnlyList<Item> Items(GrainId owner, ItemRange range) => ItemRows.ReadRange(Live(), owner, range);

    public IReadOnlyList<StoredGrain> OpenAlerts(string afterAlias, int limit) =>
        StoredGrains.Open(Live(), afterAlias, limit);

    public IReadOnlyDictionary<string, StoredAnswer> Answers(IReadOnlyCollection<string> idempotencyKeys) =>
        AnswerRows.Read(Live(), idempotencyKeys);

    public void Commit(TurnWrite write)
    {
        var turns = Turns;
        Write(session =>
        {
            _turnPeriods.Provide(session.Connection, write.At);
            if (write.Log.Count > 0)
            {
                _logPeriods.Provide(session.Connection, write.At);
            }

            using var batch = session.Batch();
            turns.Add(batch, write);
            LogRows.Add(batch, write);
            AlertRows.Add(batch, write);
            IncidentRows.Add(batch, write);
            GrainRows.Add(batch, write);
            TimerRows.Add(batch, write);
            ItemRows.Add(batch, write);
            TimelineRows.Add(batch, write);
            OutboxRows.Add(batch, write);
            MessageRows.Add(batch, write);
            AnswerRows.Add(batch, write);
            PolicyObjectRows.Add(batch, write);
            PolicyRows.Add(batch, write);
            batch.ExecuteNonQuery();
        });
        turns.Committed(write);
    }

    public bool Prune(Retention retention, DateTimeOffset now, long replayTurn)
    {
        var summary = _summary ?? throw new InvalidOperationException("The store is used before Open.");

        // A start needs the repeats after the replay position and the heads after the base row, and the summary of old
        // repeats those that it has not counted.
        var repeatsDone = Math.Min(replayTurn, summary.Through);
        var needed = $"turn > {Turns.BaseTurn} OR (turn > {repeatsDone} AND length(repeats) > 0)";
        var more = false;
        Write(session => more =
            summary.Slice(now - retention.Repeats)
            | _turnPeriods.DropOldest(session.Connection, now - retention.Repeats, needed)
            | _hourPeriods.DropOldest(session.Connection, now - retention.Decisions)
            | _logPeriods.DropOldest(session.Connection, now - retention.Decisions)
            | Pruning.Slice(session, retention, now)
            | _sweep.Slice(new SweptGrains(session), now, now - retention.Closed));
        summary.Committed();
        return more;
    }

    public void Dispose() => Close();

    /// <summary>The session, made anew when it was lost.</summary>
    /// <exception cref="DbException">The server does not answer.</exception>
    /// <exception cref="CommitUnknownException">
    /// Somebody wrote meanwhile: what we hold in memory is not what is stored.
    /// </exception>
    private Session Live()
    {
        var turns = Turns;
        if (_session is { IsAlive: true } session)
        {
            return session;
        }

        session = Connect();
        try
        {
            var stored = new TurnRows(session.Connection).Turn;
            if (stored != turns.Turn)
            {
                throw new CommitUnknownException(
                    $"The database is at turn {stored} and this process at {turns.Turn}: it was written to while " +
                    "the connection was lost.");
            }

            // A drop whose answer was lost may have been done, and so may one of whoever had the database meanwhile.
            ReadPeriods(session);
            return session;
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void ReadPeriods(Session session)
    {
        _turnPeriods.Read(session.Connection);
        _logPeriods.Read(session.Connection);
        _hourPeriods.Read(session.Connection);
    }

    private Session Connect()
    {
        Close();
        var session = Session.Open(connectionString, process, _former, Timeline);
        (_session, _former) = (session, session.Mark);
        return session;
    }

    private void Write(Action<Session> write)
    {
        Session session;
        try
        {
            session = Live();
        }
        catch (NpgsqlException unreachable)
        {
            throw new CommitFailedException($"PostgreSQL cannot be reached: {unreachable.Message}", unreachable);
        }

        try
        {
            write(session);
        }
        catch (PostgresException refused) when (refused.InvariantSeverity == "ERROR")
        {
            if (refused.SqlState == PostgresErrorCodes.DiskFull)
            {
                Interlocked.Exchange(ref _fullAt, Stopwatch.GetTimestamp());
            }

            // The server answered for the whole transaction: it is rolled back.
            throw new CommitFailedException($"PostgreSQL did not commit: {refused.MessageText}", refused)
            {
                ForItsContent = IsForItsContent(refused.SqlState),
            };
        }
        catch (NpgsqlException lost)
        {
            Close();
            throw new CommitUnknownException($"PostgreSQL did not say whether it committed: {lost.Message}", lost);
        }
        catch (Exception unwritable)
        {
            // A value that cannot be made into a parameter: the transaction was not sent to its end, and dies with the
            // session.
            Close();
            throw new CommitFailedException($"The turn cannot be written: {unwritable.Message}", unwritable) { ForItsContent = true };
        }
    }

    /// <summary>Data exception, constraint, or a row or key beyond the server's limits.</summary>
    private static bool IsForItsContent(string sqlState) => sqlState[..2] is "22" or "23" or "54";

    private void Close()
    {
        _session?.Dispose();
        _session = null;
    }
}
