namespace Correlation.Silo.Shards;

/// <summary>
/// When to collect although nothing asks for it. Under load the heap holds what the collector has not come to yet, and
/// when the load ends nothing is allocated that would make it come: what a busy hour took would stay taken all night.
/// </summary>
internal sealed class QuietCollection
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    /// <summary>Bytes allocated between two looks; re-sent alerts allocate some 3 kB each.</summary>
    private const long Quiet = 20_000_000;

    /// <summary>
    /// Bytes allocated since the last one, and twice what is there: a large heap is gone through seldom.
    /// </summary>
    private const long WorthIt = 256_000_000;

    private DateTimeOffset _looked;
    private long _allocatedThen;
    private long _collectedAt;

    /// <param name="allocated">Bytes, since the process began.</param>
    /// <param name="heap">Bytes that the heap has now.</param>
    /// <returns>True once, when much was allocated and little is.</returns>
    public bool IsDue(DateTimeOffset now, long allocated, long heap)
    {
        if (now - _looked < LookEvery)
        {
            return false;
        }

        // Looked at seldom because the loop slept: it was quiet all the while.
        var isQuiet = (allocated - _allocatedThen) / ((now - _looked) / LookEvery) < Quiet;
        (_looked, _allocatedThen) = (now, allocated);
        if (!isQuiet || allocated - _collectedAt < Math.Max(WorthIt, 2 * heap))
        {
            return false;
        }

        _collectedAt = allocated;
        return true;
    }
}
