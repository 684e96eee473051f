using System.Text;

namespace Correlation.Grains.Model;

/// <summary>
/// The key space is cut into a fixed number of partitions by a hash of our own, because
/// <see cref="string.GetHashCode()"/> differs per process and the choice is stored.
/// </summary>
public static class Partitions
{
    public const int Count = 256;

    public static int Of(GrainId id) => Of(id.Kind, id.Key);

    public static int Of(GrainKind kind, string key)
    {
        const ulong Offset = 14695981039346656037;
        const ulong Prime = 1099511628211;
        var hash = (Offset ^ (byte)kind) * Prime;
        Span<byte> buffer = stackalloc byte[256];
        var rest = key.AsSpan();
        while (!rest.IsEmpty)
        {
            // 85 UTF-16 units never need more than 255 bytes; a pair split at the cut hashes the same on every run.
            var part = rest[..Math.Min(rest.Length, 85)];
            var length = Encoding.UTF8.GetBytes(part, buffer);
            foreach (var b in buffer[..length])
            {
                hash = (hash ^ b) * Prime;
            }

            rest = rest[part.Length..];
        }

        // FNV's low bits are weak on short keys; fold the high half in before the modulo.
        return (int)((hash ^ (hash >> 32)) % Count);
    }
}
