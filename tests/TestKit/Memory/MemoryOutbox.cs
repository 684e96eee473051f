using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>What a dispatcher reads of a disk; every call completes at once.</summary>
public sealed class MemoryOutbox(MemoryDisk disk) : IOutbox
{
    public ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullChannels, CancellationToken cancellationToken)
    {
        var due = disk.Tables.Outbox.Pending
            .Where(delivery => NotBefore(delivery) <= now && !fullChannels.Contains(delivery.Target.Channel))
            .OrderBy(delivery => delivery.Text.Priority)
            .ThenBy(NotBefore)
            .Take(limit);
        return ValueTask.FromResult<IReadOnlyList<Delivery>>([.. due]);
    }

    public ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(disk.Tables.Outbox.Pending.FirstOrDefault(delivery => delivery.Id == id));

    public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var later = disk.Tables.Outbox.Pending.Select(NotBefore).Where(at => at > now).ToList();
        return ValueTask.FromResult<DateTimeOffset?>(later.Count == 0 ? null : later.Min());
    }

    private static DateTimeOffset NotBefore(Delivery delivery) => WholeMilliseconds.AtOrAfter(delivery.NotBefore);
}
