using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Topology;

/// <summary>
/// The one function that makes entity URNs <c>type:name</c>, whatever the source. Made again of a URN it gives the
/// same.
/// </summary>
public static class EntityUrn
{
    /// <summary>Of what is known by its name alone.</summary>
    public const string Bare = "entity";

    /// <summary>The types that need no configuration.</summary>
    public static readonly ValueList<string> Types =
    [
        "source", "table", "dataset", "job", "feature_view", "online_store", "training", "model", "endpoint", "node",
        "gpu",
        "kpi", "service", Bare, "credential", "quota", "node_pool", "region",
    ];

    /// <summary>Labels that name an entity; the label is also the URN's type. Order: the most telling first.</summary>
    public static readonly ValueList<string> TypedLabels =
        ["model", "feature_view", "dataset", "endpoint", "gpu", "node", "job"];

    /// <summary>What other systems write for a type of ours.</summary>
    private static readonly FrozenDictionary<string, string> OtherWords = new Dictionary<string, string>(
        StringComparer.Ordinal)
    {
        ["featureview"] = "feature_view",
        ["onlinestore"] = "online_store",
        ["nodepool"] = "node_pool",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> BuiltIn = Types.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Types of which <c>name@version</c> is a version of the thing <c>name</c>; elsewhere a name may hold an @.
    /// </summary>
    private static readonly FrozenSet<string> Versioned =
        new[] { "model", "endpoint", "feature_view", "online_store", "training" }.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="entity">The source's own entity field: a URN or a bare name; may be empty.</param>
    /// <param name="preferred">Labels the alert's kind looks at first.</param>
    /// <returns>The URN of the known entity that is meant, or empty when the signal names none.</returns>
    public static string Of(string entity, Labels labels, IReadOnlyList<string> preferred, PolicyVersion policy)
    {
        var stated = entity.Length > 0 ? entity : labels.Find("entity") ?? "";
        if (stated.Length > 0)
        {
            return Stated(stated, labels, preferred, policy);
        }

        foreach (var label in preferred.Concat(TypedLabels.Where(label => IsOurs(label, labels))))
        {
            if (labels.Find(label) is { Length: > 0 } name)
            {
                return policy.Topology.Resolve(Make(Word(label), name));
            }
        }

        return "";
    }

    /// <summary>Of a URN or a bare name as somebody wrote it; empty when there is no name in it.</summary>
    public static string Of(string stated, PolicyVersion policy) => policy.Topology.Resolve(Parse(stated, policy));

    /// <summary>The form in which it is kept, whether it is known or not.</summary>
    public static string Parse(string stated, PolicyVersion policy)
    {
        var colon = stated.IndexOf(':', StringComparison.Ordinal);
        var type = colon > 0 ? Word(stated[..colon]) : "";
        return IsType(type, policy) ? Make(type, stated[(colon + 1)..]) : Make(Bare, stated);
    }

    /// <summary>One of ours, of the settings, or a label by which a kind names its entity.</summary>
    public static bool IsType(string type, PolicyVersion policy) =>
        BuiltIn.Contains(type) ||
        policy.Settings.Correlation.EntityTypes.Contains(type) ||
        (type.Length > 0 && policy.Kinds.Any(kind => kind.EntityLabels.Contains(type)));

    /// <summary>The part before the colon as it is kept.</summary>
    public static string TypeOf(string urn) => urn[..Math.Max(0, urn.IndexOf(':', StringComparison.Ordinal))];

    /// <summary>A type as others write it.</summary>
    public static string Word(string type)
    {
        type = type.Trim().ToLowerInvariant().Replace('-', '_');
        return OtherWords.GetValueOrDefault(type, type);
    }

    /// <summary>
    /// Names that differ in encoding, in how Unicode composes their letters, in white space around them or by a version
    /// are one. They are kept composed (NFC): that is what most senders write, and what a person who types the name
    /// will.
    /// </summary>
    /// <param name="type">One of the known types.</param>
    /// <returns>Empty when nothing is left of the name.</returns>
    public static string Make(string type, string name)
    {
        name = WithoutVersion(type, Composition.Of(Plain(Decoded(name))).Trim());
        return name.Length == 0 ? "" : DerivedId.Bounded(type + ":" + name);
    }

    private static string Stated(string stated, Labels labels, IReadOnlyList<string> preferred, PolicyVersion policy)
    {
        var urn = Parse(stated, policy);
        if (!Spelling.IsBare(urn))
        {
            return policy.Topology.Resolve(urn);
        }

        // A bare name that a typed label repeats is of that type; one that nobody knows is of what alone its kind
        // speaks of.
        if (TypedLabels.FirstOrDefault(label => labels.Find(label) == stated) is { } label)
        {
            return policy.Topology.Resolve(Make(label, stated));
        }

        var known = policy.Topology.Resolve(urn);
        return known == urn && !policy.Topology.Knows(urn) && preferred is [var only]
            ? policy.Topology.Resolve(Make(Word(only), urn[(Bare.Length + 1)..]))
            : known;
    }

    /// <summary>
    /// Prometheus puts its scrape job into every alert; only a job without an instance is a pipeline's.
    /// </summary>
    private static bool IsOurs(string label, Labels labels) => label != "job" || !labels.ContainsKey("instance");

    private static string WithoutVersion(string type, string name)
    {
        var at = name.LastIndexOf('@');
        return at > 0 && (Versioned.Contains(type) || (type == Bare && IsVersion(name.AsSpan(at + 1))))
            ? WithoutVersion(type, name[..at].TrimEnd())
            : name;
    }

    private static bool IsVersion(ReadOnlySpan<char> text) =>
        (text is ['v' or 'V', .. var rest] ? rest : text) is [>= '0' and <= '9', ..];

    /// <summary>As often as it was encoded, so that its own result stays as it is.</summary>
    private static string Decoded(string name)
    {
        for (var before = ""; before.Length != name.Length && name.Contains('%', StringComparison.Ordinal);)
        {
            before = name;
            name = Uri.UnescapeDataString(name);
        }

        return name;
    }

    /// <summary>Neither control characters nor halves of a pair, which no store keeps.</summary>
    private static string Plain(string name)
    {
        if (!name.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !name.Any(char.IsControl))
        {
            return name;
        }

        var plain = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            plain.Append(Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control ? " " : rune.ToString());
        }

        return plain.ToString();
    }
}
