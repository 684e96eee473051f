using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>What a dispatcher reads of a disk; every call completes at once.</summary>
/// <param name="holds">Whether its process has the store; null when nobody else could have it.</param>
public sealed class MemoryOutbox(MemoryDisk disk, Func<bool>? holds = null) : IOutbox
{
    public ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullLanes, IReadOnlyCollection<Guid> begun,
        CancellationToken cancellationToken)
    {
        var due = disk.Tables.Outbox.Pending
            .Where(delivery =>
                NotBefore(delivery) <= now && !fullLanes.Contains(delivery.Lane) &&
                    !fullLanes.Contains(delivery.Target.Channel) && !begun.Contains(delivery.Id))
            .OrderBy(delivery => delivery.Urgency)
            .ThenBy(NotBefore)
            .Take(limit);
        return ValueTask.FromResult<IReadOnlyList<Delivery>>([.. due]);
    }

    public ValueTask<IReadOnlyList<Delivery>> DueInAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> lanes, CancellationToken cancellationToken)
    {
        var due = disk.Tables.Outbox.Pending
            .Where(delivery => NotBefore(delivery) <= now && lanes.Contains(delivery.Lane))
            .OrderBy(delivery => delivery.Urgency)
            .ThenBy(NotBefore)
            .Take(limit);
        return ValueTask.FromResult<IReadOnlyList<Delivery>>([.. due]);
    }

    public ValueTask<IReadOnlyList<Delivery>> OverdueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var overdue = disk.Tables.Outbox.Pending
            .Where(delivery => MovesOnAt(delivery) <= now)
            .OrderBy(MovesOnAt)
            .Take(limit);
        return ValueTask.FromResult<IReadOnlyList<Delivery>>([.. overdue]);
    }

    public ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken) => holds?.Invoke() == false
        ? throw new StoreNotHeldException("Another process has the store.")
        : ValueTask.FromResult(disk.Tables.Outbox.Pending.FirstOrDefault(delivery => delivery.Id == id));

    public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var times = disk.Tables.Outbox.Pending.SelectMany(
            delivery => new[] { NotBefore(delivery), MovesOnAt(delivery) });
        return ValueTask.FromResult(times.Where(at => at > now).Min());
    }

    private static DateTimeOffset? NotBefore(Delivery delivery) => WholeMilliseconds.AtOrAfter(delivery.NotBefore);

    private static DateTimeOffset? MovesOnAt(Delivery delivery) =>
        delivery.MovesOnAt is { } at ? WholeMilliseconds.AtOrAfter(at) : null;
}
