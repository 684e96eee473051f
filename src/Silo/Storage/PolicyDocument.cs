using System.Security.Cryptography;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Storage;

/// <summary>
/// How policy versions are stored: the configuration once per content, and beside each version the silences, which change
/// far more often.
/// </summary>
internal static class PolicyDocument
{
    /// <summary>What a configuration says, without what must not be read from a backup. Its version is 0.</summary>
    public static (string Hash, byte[] Document) Of(PolicyVersion policy)
    {
        var document = StoredJson.Write(policy with
        {
            Version = 0,
            Silences = [],
            Channels = policy.Channels
                .Select(c => c with { Settings = Labels.From(c.Settings.Keys.Select(name => KeyValuePair.Create(name, ""))) })
                .ToValueList(),
            Keys = policy.Keys.Select(key => key with { Sha256 = "" }).ToValueList(),
        });
        return (Convert.ToHexStringLower(SHA256.HashData(document)), document);
    }

    public static byte[] Silences(PolicyVersion policy) => StoredJson.Write(new SilencesThen(policy.Silences, null));

    public static byte[] Change(PolicyChange change) => StoredJson.Write(change switch
    {
        PolicyChange.SilenceSet(var silence) => new SilencesThen([silence], null),
        PolicyChange.SilenceGone(var id) => new SilencesThen([], id),
        _ => throw new System.Diagnostics.UnreachableException($"Unknown policy change {change}."),
    });

    /// <param name="configuration">The document of the first row's hash.</param>
    /// <param name="rows">The last configuration up to the version, and each change since; the last is the version itself.</param>
    public static StoredPolicy Read(
        byte[] configuration, string hash, IReadOnlyList<(long Version, DateTimeOffset At, byte[] Document)> rows)
    {
        var policy = StoredJson.Read<PolicyVersion>(configuration) with
        {
            Version = rows[0].Version,
            Silences = StoredJson.Read<SilencesThen>(rows[0].Document).Set,
        };
        foreach (var row in rows.Skip(1))
        {
            policy = policy.With(ChangeOf(StoredJson.Read<SilencesThen>(row.Document))) with { Version = row.Version };
        }

        return new StoredPolicy(policy, rows[^1].At, hash);
    }

    private static PolicyChange ChangeOf(SilencesThen then) =>
        then.Gone is { } id ? new PolicyChange.SilenceGone(id) : new PolicyChange.SilenceSet(then.Set[0]);

    private sealed record SilencesThen(ValueList<Silencing> Set, string? Gone);
}
