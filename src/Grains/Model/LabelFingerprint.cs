using System.Buffers;
using System.Globalization;
using System.Text;

namespace Correlation.Grains.Model;

/// <summary>
/// The identity of a label set as Alertmanager computes it: FNV-1a 64 over name, 0xFF, value, 0xFF in byte order of the
/// names. Senders and dashboards compare it with their own, so it must agree with theirs to the bit.
/// </summary>
public readonly record struct LabelFingerprint(ulong Value)
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const byte Separator = 0xFF;

    private static readonly Comparison<KeyValuePair<string, string>> ByName = (x, y) => CompareUtf8(x.Key, y.Key);

    public static LabelFingerprint Of(IReadOnlyDictionary<string, string> labels)
    {
        var sorted = ArrayPool<KeyValuePair<string, string>>.Shared.Rent(labels.Count);
        var count = 0;
        foreach (var label in labels)
        {
            sorted[count++] = label;
        }

        sorted.AsSpan(0, count).Sort(ByName);
        var hash = OffsetBasis;
        for (var i = 0; i < count; i++)
        {
            hash = Add(hash, sorted[i].Key);
            hash = Add(hash, sorted[i].Value);
        }

        ArrayPool<KeyValuePair<string, string>>.Shared.Return(sorted, clearArray: true);
        return new LabelFingerprint(hash);
    }

    /// <summary>The same without sorting or allocating, for every alert that comes in.</summary>
    public static LabelFingerprint Of(Labels labels)
    {
        var hash = OffsetBasis;
        var pairs = labels.Pairs;
        for (var i = 0; i < pairs.Length; i += 2)
        {
            // Labels are in UTF-16 order, which is byte order as long as no name reaches the surrogates.
            if (pairs[i].AsSpan().ContainsAnyInRange('\uD800', '\uFFFF'))
            {
                return Of((IReadOnlyDictionary<string, string>)labels);
            }

            hash = Add(hash, pairs[i]);
            hash = Add(hash, pairs[i + 1]);
        }

        return new LabelFingerprint(hash);
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    private static ulong Add(ulong hash, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAscii(text[i]))
            {
                hash = AddRunes(hash, text.AsSpan(i));
                break;
            }

            hash = Add(hash, (byte)text[i]);
        }

        return Add(hash, Separator);
    }

    private static ulong AddRunes(ulong hash, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (!text.IsEmpty)
        {
            // Half a surrogate pair decodes to U+FFFD, the character Go's JSON decoder puts in its place.
            Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
            {
                hash = Add(hash, octet);
            }

            text = text[consumed..];
        }

        return hash;
    }

    private static ulong Add(ulong hash, byte octet) => (hash ^ octet) * Prime;

    // UTF-16 order is UTF-8 order except that surrogates (U+10000 and up) sort before U+E000 to U+FFFF.
    private static int CompareUtf8(string x, string y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length)
        {
            return x.Length - y.Length;
        }

        var (a, b) = (x[common], y[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) || a < '\uD800' || b < '\uD800' ? a - b : b - a;
    }
}
