using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Seams;

/// <summary>
/// The read side of the store. What decisions changed is here at once; what repeats advance (count, last seen) is at
/// most 30 s old in lists: ask <see cref="IGrains.ReadAsync"/> for one alert's exact state.
/// </summary>
public interface IReads
{
    /// <summary>Deleted alerts are not found. By alias: the current episode, open or closed.</summary>
    ValueTask<AlertView?> FindAlertAsync(AlertRef reference, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<AlertView>> ListAlertsAsync(AlertList list, CancellationToken cancellationToken);

    ValueTask<long> CountAlertsAsync(AlertFilter filter, CancellationToken cancellationToken);

    /// <summary>The same where it is kept, by status and priority; null where rows would have to be counted.</summary>
    ValueTask<long?> KeptCountAsync(AlertFilter filter, CancellationToken cancellationToken);

    /// <summary>How often each was seen, without reading their documents; unknown ids are absent.</summary>
    ValueTask<IReadOnlyDictionary<Guid, long>> SeenAsync(
        IReadOnlyCollection<Guid> alertIds, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<IncidentState>> ListIncidentsAsync(IncidentList list, CancellationToken cancellationToken);

    ValueTask<IncidentState?> FindIncidentAsync(string id, CancellationToken cancellationToken);

    /// <summary>History lines of one owner in order of id; <paramref name="after"/> is exclusive.</summary>
    ValueTask<IReadOnlyList<TimelineRow>> TimelineAsync(
        GrainId owner, long? after, int limit, bool newestFirst, CancellationToken cancellationToken);

    /// <summary>
    /// Every owner's history lines after <paramref name="after"/>, in commit order: the event stream.
    /// </summary>
    ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Id of the newest history line; 0 when there is none.</summary>
    ValueTask<long> LastEventAsync(CancellationToken cancellationToken);

    /// <summary>Child rows in key order (or its reverse) after <paramref name="after"/>, exclusive.</summary>
    ValueTask<IReadOnlyList<Item>> ItemsAsync(
        GrainId owner, string set, string? after, int limit, bool newestFirst, CancellationToken cancellationToken);

    /// <summary>
    /// The first child rows of each of many owners of one kind, in key order, by the owner's key; without rows it is
    /// absent.
    /// </summary>
    /// <param name="limit">Rows of each.</param>
    ValueTask<IReadOnlyDictionary<string, IReadOnlyList<Item>>> FirstItemsAsync(
        GrainKind kind, IReadOnlyCollection<string> owners, string set, int limit, CancellationToken cancellationToken);

    /// <summary>What a request id (a log position) decided; null when unknown or older than the retention.</summary>
    ValueTask<RequestStatus?> FindRequestAsync(LogPosition position, CancellationToken cancellationToken);

    /// <summary>
    /// What stays of an alias's repeats when their log is dropped: hours that began at <paramref name="from"/> or later
    /// and earlier than <paramref name="before"/>, newest first. The latest one to two hours are not summarised yet.
    /// </summary>
    ValueTask<IReadOnlyList<RepeatsInHour>> RepeatsAsync(
        string alias, DateTimeOffset from, DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>All grains of a small kind (silences, heartbeats, entities), by key.</summary>
    ValueTask<IReadOnlyList<GrainState>> ListGrainsAsync(
        GrainKind kind, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// A policy that was in force, as it was then; null when the version never was, or is past its retention.
    /// </summary>
    ValueTask<StoredPolicy?> FindPolicyAsync(long version, CancellationToken cancellationToken);

    /// <summary>Incidents by status, and other figures for /metrics that only the store has.</summary>
    ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken);
}

/// <summary>One of id, short number or alias.</summary>
public readonly record struct AlertRef(Guid? Id, long? Number, string? Alias)
{
    public static AlertRef ById(Guid id) => new(id, null, null);

    public static AlertRef ByNumber(long number) => new(null, number, null);

    public static AlertRef ByAlias(string alias) => new(null, null, alias);
}

/// <summary>An alert and the incident whose state shows on it.</summary>
/// <param name="IsCurrent">False for a past episode, whose grain is <see cref="GrainKind.ClosedAlert"/>.</param>
public sealed record AlertView(AlertState Alert, IncidentState? Incident, bool IsCurrent);

/// <param name="Where">A WHERE fragment over <c>alerts a</c>, compiled by AlertQuerySql for the store's
/// dialect.</param>
public sealed record AlertFilter(Func<SearchDialect, SqlFragment>? Where);

/// <param name="SortColumn">A column of the list table.</param>
public sealed record AlertList(AlertFilter Filter, string SortColumn, bool Descending, int Offset, int Limit);

/// <summary>How a database spells what differs.</summary>
public enum SearchDialect : byte
{
    Sqlite = 1,
    Postgres = 2,
}

/// <param name="Text">SQL with @q0, @q1, ... parameters.</param>
public sealed record SqlFragment(string Text, IReadOnlyList<object> Parameters);

/// <summary>Filters of the incident list; null or empty means any. Newest first, after <paramref name="Cursor"/>.</summary>
/// <param name="Teams">Of one team, every name that it had.</param>
public sealed record IncidentList(
    IReadOnlyList<IncidentStatus> Statuses,
    IReadOnlyList<Priority> Priorities,
    IReadOnlyList<string> Teams,
    string? Owner,
    DateTimeOffset? OpenedAfter,
    DateTimeOffset? OpenedBefore,
    IncidentCursor? Cursor,
    int Limit);

/// <summary>The last incident of the page before, by the list's order.</summary>
public sealed record IncidentCursor(DateTimeOffset OpenedAt, string Id);

public sealed record TimelineRow(long Id, GrainId Owner, DateTimeOffset At, string Type, string Text, string Actor);

/// <param name="Action">
/// The command's stable name, such as alert.receive; what a person asked an incident by its own, such as
/// incident.acknowledge.
/// </param>
public sealed record RequestStatus(
    GrainId Grain, string Action, Outcome Outcome, string Reason, DateTimeOffset At, Guid? AlertId, string? Alias)
{
    /// <summary>The policy it was decided under; null for a repeat, which none can change.</summary>
    public long? PolicyVersion { get; init; }
}

/// <param name="Policy">Without the settings of channels and the hashes of keys, which are secrets and decide
/// nothing.</param>
/// <param name="At">When it came in force; its successor ended it.</param>
/// <param name="Hash">Of the configuration: versions that differ in silences alone have the same.</param>
public sealed record StoredPolicy(PolicyVersion Policy, DateTimeOffset At, string Hash);

/// <param name="LongestGap">Between two repeats of the hour that follow one another.</param>
public sealed record RepeatsInHour(
    DateTimeOffset Hour, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, TimeSpan LongestGap);

/// <summary>Counts over whole tables. One that could not be counted in time is null, and the others stand.</summary>
public sealed record StoreFigures(
    IReadOnlyDictionary<IncidentStatus, long>? Incidents, long? OpenAlerts, long? Outbox, long? Messages, long? Timers,
    long? Poison);
