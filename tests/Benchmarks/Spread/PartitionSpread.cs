namespace Correlation.Benchmarks.Spread;

/// <summary>
/// Who would run which partition. Pure: the same members give the same owners, on every process. A model of what
/// decision 0014 proposes; the service has one owner.
/// </summary>
internal static class PartitionSpread
{
    /// <summary>Owner of a partition that nobody runs.</summary>
    public const int Nobody = -1;

    /// <summary>By the members alone: each partition is run by the one that a hash of both ranks first.</summary>
    public static int[] Rendezvous(int partitions, IReadOnlyList<int> silos)
    {
        var owners = new int[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            var best = 0UL;
            foreach (var silo in silos)
            {
                var rank = Mix(((ulong)(uint)partition << 32) | (uint)silo) | 1;
                if (rank > best)
                {
                    (best, owners[partition]) = (rank, silo);
                }
            }
        }

        return owners;
    }

    /// <summary>
    /// By the members and who runs what now: the fewest moves after which no two differ by more than one. Those who
    /// gain take turns, so that what many lose at once is spread over all.
    /// </summary>
    /// <param name="owners">By partition, members that have gone among them.</param>
    public static int[] Fair(int[] owners, IReadOnlyList<int> silos)
    {
        var held = silos.ToDictionary(silo => silo, _ => new List<int>());
        var free = new Queue<int>();
        for (var partition = 0; partition < owners.Length; partition++)
        {
            if (held.TryGetValue(owners[partition], out var mine))
            {
                mine.Add(partition);
            }
            else
            {
                free.Enqueue(partition);
            }
        }

        var (least, extra) = (owners.Length / silos.Count, owners.Length % silos.Count);
        var next = (int[])owners.Clone();
        var gaining = new Queue<(int Silo, int Room)>();
        foreach (var silo in silos.OrderByDescending(silo => held[silo].Count).ThenBy(silo => silo))
        {
            var share = least + (extra-- > 0 ? 1 : 0);
            foreach (var surplus in held[silo].Skip(share))
            {
                free.Enqueue(surplus);
            }

            if (held[silo].Count < share)
            {
                gaining.Enqueue((silo, share - held[silo].Count));
            }
        }

        while (free.TryDequeue(out var partition))
        {
            var (silo, room) = gaining.Dequeue();
            next[partition] = silo;
            if (room > 1)
            {
                gaining.Enqueue((silo, room - 1));
            }
        }

        return next;
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
