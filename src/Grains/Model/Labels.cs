using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Correlation.Grains.Model;

/// <summary>
/// An immutable label set, sorted by name (ordinal) in one array of name, value, name, value: a hundred thousand open
/// alerts hold one of these each, and a dictionary apiece would be most of the process's memory. Equal by content.
/// </summary>
public sealed class Labels : IReadOnlyDictionary<string, string>, IEquatable<Labels>
{
    public static readonly Labels Empty = new([]);

    private readonly string[] _pairs;

    private Labels(string[] pairs) => _pairs = pairs;

    public int Count => _pairs.Length / 2;

    /// <summary>Of all names and values.</summary>
    public int Characters
    {
        get
        {
            var sum = 0;
            foreach (var text in _pairs)
            {
                sum += text.Length;
            }

            return sum;
        }
    }

    /// <summary>Name, value, name, value.</summary>
    internal ReadOnlySpan<string> Pairs => _pairs;

    public IEnumerable<string> Keys => this.Select(pair => pair.Key);

    public IEnumerable<string> Values => this.Select(pair => pair.Value);

    public string this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"No label '{key}'.");

    /// <summary>The last value of a repeated name wins; entries with an empty value are kept.</summary>
    public static Labels From(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            sorted[name] = value;
        }

        return FromSorted(sorted);
    }

    /// <summary>Takes ownership of an array already sorted by name, ordinal, without repeats.</summary>
    public static Labels FromSortedPairs(string[] pairs) => pairs.Length == 0 ? Empty : new Labels(pairs);

    public string? Find(string name) => TryGetValue(name, out var value) ? value : null;

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = string.CompareOrdinal(_pairs[middle * 2], key);
            if (order == 0)
            {
                value = _pairs[(middle * 2) + 1];
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        value = null;
        return false;
    }

    public Labels With(IEnumerable<KeyValuePair<string, string>> more) => From(this.Concat(more));

    public Labels Without(IEnumerable<string> names)
    {
        var gone = names.ToHashSet(StringComparer.Ordinal);
        return From(this.Where(pair => !gone.Contains(pair.Key)));
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var i = 0; i < _pairs.Length; i += 2)
        {
            yield return new(_pairs[i], _pairs[i + 1]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Labels? other) => other is not null && _pairs.AsSpan().SequenceEqual(other._pairs);

    public override bool Equals(object? obj) => Equals(obj as Labels);

    public override int GetHashCode() =>
        _pairs.Length == 0 ? 0 : HashCode.Combine(_pairs.Length, _pairs[0], _pairs[^1]);

    public override string ToString() => "{" + string.Join(", ", this.Select(p => $"{p.Key}={p.Value}")) + "}";

    private static Labels FromSorted(SortedDictionary<string, string> sorted)
    {
        if (sorted.Count == 0)
        {
            return Empty;
        }

        var pairs = new string[sorted.Count * 2];
        var i = 0;
        foreach (var (name, value) in sorted)
        {
            pairs[i++] = name;
            pairs[i++] = value;
        }

        return new Labels(pairs);
    }
}
