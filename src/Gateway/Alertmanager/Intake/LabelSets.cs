using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// Whole label sets that were read before, found by their bytes: a firing alert is sent again every minute with the
/// same ones, and reading them, sorting them and working out the fingerprint is half of the work. Bounded to a few
/// megabytes; a set is kept only when it comes twice in a row at its place. A lost race costs one more reading.
/// </summary>
internal static class LabelSets
{
    private const int Places = 4096;
    private const int Longest = 1024;

    private static readonly LabelSet?[] Kept = new LabelSet?[Places];
    private static readonly ulong[] Last = new ulong[Places];

    /// <summary>
    /// The set at the start of these bytes. Where the object ends is not known yet, so it is looked for at the first
    /// closing brace: bytes that were a whole object once are one again.
    /// </summary>
    public static LabelSet? Find(ReadOnlySpan<byte> json, Sender sender)
    {
        var end = json[..Math.Min(json.Length, Longest)].IndexOf((byte)'}');
        if (end < 0)
        {
            return null;
        }

        var text = json[..(end + 1)];
        return Kept[TextHash.Of(text) % Places] is { } kept && kept.Sender == sender && text.SequenceEqual(kept.Json)
            ? kept
            : null;
    }

    /// <param name="json">The object that was read, whole.</param>
    public static void Offer(ReadOnlySpan<byte> json, Sender sender, Labels labels, string alias)
    {
        if (json.Length > Longest || json.IndexOf((byte)'}') != json.Length - 1)
        {
            return;
        }

        var hash = TextHash.Of(json);
        var place = hash % Places;
        if (Last[place] == hash)
        {
            Kept[place] = new LabelSet(sender, json.ToArray(), labels, alias);
        }

        Last[place] = hash;
    }
}

internal sealed record LabelSet(Sender Sender, byte[] Json, Labels Labels, string Alias);
