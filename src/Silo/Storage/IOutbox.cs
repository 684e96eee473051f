using Correlation.Grains.Model;

namespace Correlation.Silo.Storage;

/// <summary>What the dispatcher reads, on a connection of its own. It never writes: results are commands to the incident.</summary>
public interface IOutbox
{
    /// <summary>Pending deliveries that may be attempted at <paramref name="now"/>, earliest first, most urgent first.</summary>
    ValueTask<IReadOnlyList<Delivery>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Read again right before an attempt; null when it was cancelled or finished meanwhile.</summary>
    ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>When the earliest pending delivery may be attempted; null when there is none.</summary>
    ValueTask<DateTimeOffset?> NextAsync(CancellationToken cancellationToken);
}
