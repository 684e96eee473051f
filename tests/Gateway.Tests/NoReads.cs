using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Tests;

/// <summary>
/// A read side that answers nothing: a test overrides what its subject may ask, and any other question fails it.
/// </summary>
internal abstract class NoReads : IReads
{
    public virtual ValueTask<AlertView?> FindAlertAsync(AlertRef reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<AlertView>> ListAlertsAsync(
        AlertList list, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<long> CountAlertsAsync(AlertFilter filter, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<long?> KeptCountAsync(AlertFilter filter, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyDictionary<Guid, long>> SeenAsync(
        IReadOnlyCollection<Guid> alertIds, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<IncidentState>> ListIncidentsAsync(
        IncidentList list, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<IncidentState?> FindIncidentAsync(string id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<TimelineRow>> TimelineAsync(
        GrainId owner, long? after, int limit, bool newestFirst, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
        long after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<long> LastEventAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<Item>> ItemsAsync(
        GrainId owner, string set, string? after, int limit, bool newestFirst, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyDictionary<string, IReadOnlyList<Item>>> FirstItemsAsync(
        GrainKind kind, IReadOnlyCollection<string> owners, string set, int limit,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<RequestStatus?> FindRequestAsync(
        LogPosition position, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<RepeatsInHour>> RepeatsAsync(
        string alias, DateTimeOffset from, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<GrainState>> ListGrainsAsync(
        GrainKind kind, string? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<StoredPolicy?> FindPolicyAsync(long version, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
