using System.Security.Cryptography;
using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>
/// How policy versions are stored: the configuration once per content, and beside each version what was made through an
/// API, which changes far more often.
/// </summary>
internal static class PolicyDocument
{
    /// <summary>What a configuration says, without what must not be read from a backup. Its version is 0.</summary>
    public static (string Hash, byte[] Document) Of(PolicyVersion policy)
    {
        var document = StoredJson.WriteWhole(policy.OfFiles() with
        {
            Version = 0,
            Channels = policy.Channels
                .Select(c => c with { Settings = Labels.From(c.Settings.Keys.Select(name => KeyValuePair.Create(name, ""))) })
                .ToValueList(),
            Keys = policy.Keys.Select(key => key with { Sha256 = "" }).ToValueList(),
        });
        return (Convert.ToHexStringLower(SHA256.HashData(document)), document);
    }

    /// <summary>What a configuration found made.</summary>
    public static byte[] Made(PolicyVersion policy) => Changes(policy.Made);

    /// <summary>
    /// Empty for the topology, of which no version but the newest is kept: it changes with every new table, and an
    /// incident keeps the path it was blamed by.
    /// </summary>
    public static byte[] Change(PolicyChange change) => change is PolicyChange.TopologyChanged ? [] : Changes([change]);

    /// <param name="configuration">The document of the first row's hash.</param>
    /// <param name="rows">The last configuration up to the version, and each change since; the last is the version
    /// itself.</param>
    public static StoredPolicy Read(
        byte[] configuration, string hash, IReadOnlyList<(long Version, DateTimeOffset At, byte[] Document)> rows)
    {
        var changes = rows.Where(row => row.Document.Length > 0)
            .SelectMany(row => ChangesOf(StoredJson.Read<ChangesThen>(row.Document)));
        var made = StoredJson.Read<PolicyVersion>(configuration).WithMade(changes);
        var policy = made with { Version = rows[^1].Version };
        return new StoredPolicy(policy, rows[^1].At, hash);
    }

    private static byte[] Changes(IEnumerable<PolicyChange> changes) => StoredJson.WriteWhole(new ChangesThen
    {
        Objects = changes.SelectMany(PolicyObject.Of)
            .Select(
                made => new ObjectThen(made.Kind, made.Id, made.Document is { } json ? JsonElement.Parse(json) : null))
            .ToValueList(),
    });

    private static IEnumerable<PolicyChange> ChangesOf(ChangesThen then) =>
        then.Set.Select(silence => (PolicyChange)new PolicyChange.SilenceSet(silence))
            .Concat(then.Gone is { } id ? [new PolicyChange.SilenceGone(id)] : [])
            .Concat(then.Objects.Select(made => new PolicyObject(
                made.Kind, made.Id, made.Value is { } json ? JsonSerializer.SerializeToUtf8Bytes(json) : null).ToChange()));

    private sealed record ChangesThen
    {
        public ValueList<ObjectThen> Objects { get; init; } = [];

        /// <summary>Written by a release that knew silences only; as is <see cref="Gone"/>.</summary>
        public ValueList<Silencing> Set { get; init; } = [];

        public string? Gone { get; init; }
    }

    private sealed record ObjectThen(string Kind, string Id, JsonElement? Value);
}
