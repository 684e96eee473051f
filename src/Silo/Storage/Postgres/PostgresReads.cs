using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage.Postgres.Reads;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>What people and the dispatcher read, beside the writer and never in its way.</summary>
public sealed class PostgresReads : IReads, IOutbox, IDuties, IDisposable
{
    private readonly NpgsqlDataSource _pool;
    private readonly AlertReads _alerts;
    private readonly IncidentReads _incidents;
    private readonly HistoryReads _history;
    private readonly RequestReads _requests;
    private readonly RepeatReads _repeats;
    private readonly GrainReads _grains;
    private readonly PolicyReads _policies;
    private readonly OutboxReads _outbox;
    private readonly DutyReads _duties;

    /// <param name="connectionString">The database that a <see cref="PostgresStore"/> has opened.</param>
    /// <param name="held">That store's session: nothing is sent unless it holds the database.</param>
    internal PostgresReads(string connectionString, Func<SessionMark?> held)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "correlation, reads",
            MaxPoolSize = 20,
            Timeout = 5,
            CommandTimeout = 30,

            // A list asks for little and comes often: compiling it and starting workers takes longer, and from the
            // intake.
            Options = "-c default_transaction_read_only=on -c jit=off -c max_parallel_workers_per_gather=0",
            MaxAutoPrepare = 50,
        };
        _pool = NpgsqlDataSource.Create(settings);
        _alerts = new AlertReads(_pool);
        _incidents = new IncidentReads(_pool);
        _history = new HistoryReads(_pool);
        _requests = new RequestReads(_pool);
        _repeats = new RepeatReads(_pool);
        _grains = new GrainReads(_pool);
        _policies = new PolicyReads(_pool);
        _duties = new DutyReads(_pool);
        _outbox = new OutboxReads(_pool, held);
    }

    public ValueTask<AlertView?> FindAlertAsync(AlertRef reference, CancellationToken cancellationToken) =>
        _alerts.FindAsync(reference, cancellationToken);

    public ValueTask<IReadOnlyList<AlertView>> ListAlertsAsync(AlertList list, CancellationToken cancellationToken) =>
        _alerts.ListAsync(list, cancellationToken);

    public ValueTask<long> CountAlertsAsync(AlertFilter filter, CancellationToken cancellationToken) =>
        _alerts.CountAsync(filter, cancellationToken);

    public async ValueTask<long?> KeptCountAsync(AlertFilter filter, CancellationToken cancellationToken) =>
        AlertListSql.KeepsCount(filter) ? await _alerts.CountAsync(filter, cancellationToken) : null;

    public ValueTask<IReadOnlyDictionary<Guid, long>> SeenAsync(
        IReadOnlyCollection<Guid> alertIds, CancellationToken cancellationToken) =>
        _alerts.SeenAsync(alertIds, cancellationToken);

    public ValueTask<IReadOnlyList<IncidentState>> ListIncidentsAsync(
        IncidentList list, CancellationToken cancellationToken) =>
        _incidents.ListAsync(list, cancellationToken);

    public ValueTask<IncidentState?> FindIncidentAsync(string id, CancellationToken cancellationToken) =>
        _incidents.FindAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<TimelineRow>> TimelineAsync(
        GrainId owner, long? after, int limit, bool newestFirst, CancellationToken cancellationToken) =>
        _history.TimelineAsync(owner, after, limit, newestFirst, cancellationToken);

    public ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
        long after, int limit, CancellationToken cancellationToken) =>
        _history.EventsAsync(after, limit, cancellationToken);

    public ValueTask<long> LastEventAsync(CancellationToken cancellationToken) =>
        _history.LastEventAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Item>> ItemsAsync(
        GrainId owner, string set, string? after, int limit, bool newestFirst, CancellationToken cancellationToken) =>
        _history.ItemsAsync(owner, set, after, limit, newestFirst, cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, IReadOnlyList<Item>>> FirstItemsAsync(
        GrainKind kind, IReadOnlyCollection<string> owners, string set, int limit,
        CancellationToken cancellationToken) =>
        _history.FirstItemsAsync(kind, owners, set, limit, cancellationToken);

    public ValueTask<RequestStatus?> FindRequestAsync(LogPosition position, CancellationToken cancellationToken) =>
        _requests.FindAsync(position, cancellationToken);

    public ValueTask<IReadOnlyList<RepeatsInHour>> RepeatsAsync(
        string alias, DateTimeOffset from, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        _repeats.HoursAsync(alias, from, before, limit, cancellationToken);

    public ValueTask<IReadOnlyList<GrainState>> ListGrainsAsync(
        GrainKind kind, string? after, int limit, CancellationToken cancellationToken) =>
        _grains.ListAsync(kind, after, limit, cancellationToken);

    public ValueTask<StoredPolicy?> FindPolicyAsync(long version, CancellationToken cancellationToken) =>
        _policies.FindAsync(version, cancellationToken);

    public ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken) =>
        _grains.FiguresAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullLanes, IReadOnlyCollection<Guid> begun,
        CancellationToken cancellationToken) =>
        _outbox.DueAsync(now, limit, fullLanes, begun, cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> DueInAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> lanes, CancellationToken cancellationToken) =>
        _outbox.DueInAsync(now, limit, lanes, cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> OverdueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _outbox.OverdueAsync(now, limit, cancellationToken);

    public ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken) =>
        _outbox.FindPendingAsync(id, cancellationToken);

    public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _outbox.NextAsync(now, cancellationToken);

    public ValueTask<IReadOnlyList<IncidentTimers>> DutiesAsync(
        (DateTimeOffset OpenedAt, string Id) after, int limit, CancellationToken cancellationToken) =>
        _duties.ListAsync(after, limit, cancellationToken);

    public void Dispose() => _pool.Dispose();
}
