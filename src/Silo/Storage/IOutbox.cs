using System.Data.Common;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage;

/// <summary>
/// What the dispatcher reads, on a connection of its own. It never writes: results are commands to the incident.
/// Every read throws <see cref="DbException"/> when the store cannot be read; it is asked again.
/// </summary>
public interface IOutbox
{
    /// <summary>
    /// Pending deliveries that may be attempted at <paramref name="now"/>, most urgent first, then earliest.
    /// </summary>
    /// <param name="fullLanes">
    /// Channels and single lanes that take nothing more at present. Their deliveries are left out, so that a thousand
    /// that wait for a slow channel do not fill the limit and hide one for another channel.
    /// </param>
    /// <param name="begun">
    /// Left out too: of a burst they stand in front, and would be read again and again until their results are written.
    /// </param>
    ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullLanes, IReadOnlyCollection<Guid> begun,
        CancellationToken cancellationToken);

    /// <summary>Of these lanes alone, as <see cref="DueAsync"/>.</summary>
    ValueTask<IReadOnlyList<Delivery>> DueInAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> lanes, CancellationToken cancellationToken);

    /// <summary>
    /// Read again right before an attempt; null when it was cancelled or finished meanwhile. The same answer confirms
    /// that this process still holds the store: what is pending here may be on its way from another.
    /// </summary>
    /// <exception cref="StoreNotHeldException">It does not, or not at present.</exception>
    ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Pending deliveries that should have moved on to their next channel by <paramref name="now"/>, in the order in
    /// which they should have.
    /// </summary>
    ValueTask<IReadOnlyList<Delivery>> OverdueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// When the earliest pending delivery that is not yet due at <paramref name="now"/> may be attempted, or the
    /// earliest has to move on to its next channel; null when there is none. Those already due are left out: one that
    /// is being attempted would hide the next.
    /// </summary>
    ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>
/// The store can be read, but is not this process's: it lost its connection, and another may have it.
/// </summary>
public sealed class StoreNotHeldException(string message) : DbException(message);
