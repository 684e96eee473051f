using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Keys;

/// <summary>
/// The keys that open the door: those of the policy in force and the administrator's. Looked up by the first bytes of
/// the hash and then confirmed over all of it in fixed time. What a lookup's timing tells is a part of a SHA-256,
/// which nobody can turn back into a key.
/// </summary>
/// <param name="administrator">Null where the policy has it among its keys.</param>
public sealed class KeyRing(IIntake intake, AdministratorKey? administrator)
{
    private Ring _ring = Build([], administrator?.Key);

    /// <summary>The key with this hash; null when nobody holds one.</summary>
    public ApiKey? Find(ReadOnlySpan<byte> hash)
    {
        var keys = intake.Policy.Keys;
        var ring = Volatile.Read(ref _ring);
        if (!ReferenceEquals(ring.Source, keys))
        {
            // Two requests may both build it; either result is right.
            ring = Build(keys, administrator?.Key);
            Volatile.Write(ref _ring, ring);
        }

        return ring.Locks.TryGetValue(Prefix(hash), out var found)
            && CryptographicOperations.FixedTimeEquals(found.Hash, hash)
            ? found.Key
            : null;
    }

    private static Ring Build(ValueList<ApiKey> keys, ApiKey? administrator)
    {
        var locks = new Dictionary<ulong, Lock>();
        var enabled = keys.Where(key => key.Enabled);
        foreach (var key in administrator is null ? enabled : enabled.Prepend(administrator))
        {
            var hash = Convert.FromHexString(key.Sha256);
            locks.TryAdd(Prefix(hash), new Lock(hash, key));
        }

        return new Ring(keys, locks.ToFrozenDictionary());
    }

    private static ulong Prefix(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);

    private sealed record Lock(byte[] Hash, ApiKey Key);

    private sealed record Ring(ValueList<ApiKey> Source, FrozenDictionary<ulong, Lock> Locks);
}
