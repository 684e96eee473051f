using System.Collections.Concurrent;
using System.Globalization;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Correlation.Gateway.Admin;

/// <summary>
/// All values of one instrument, by its tags. Measurements come from the shard's loop and the edges at once, so a
/// known combination of tags is found without a lock and without allocating.
/// </summary>
internal sealed class Series
{
    private readonly Cell _untagged;
    private readonly ConcurrentDictionary<Tag[], Cell> _cells = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<Tag[], Cell>.AlternateLookup<ReadOnlySpan<Tag>> _byTags;

    public Series(string name, FamilyType type, string help, IReadOnlyList<double> bounds)
    {
        (Name, Type, Help, Bounds) = (name, type, help, bounds);
        _byTags = _cells.GetAlternateLookup<ReadOnlySpan<Tag>>();
        _untagged = new Cell(bounds.Count + 1);
    }

    public string Name { get; }

    public FamilyType Type { get; }

    public string Help { get; }

    public IReadOnlyList<double> Bounds { get; }

    public void Add(double value, ReadOnlySpan<Tag> tags) => Find(tags).Add(value);

    public void Set(double value, ReadOnlySpan<Tag> tags) => Find(tags).Set(value);

    public void Observe(double value, ReadOnlySpan<Tag> tags)
    {
        var bucket = 0;
        while (bucket < Bounds.Count && value > Bounds[bucket])
        {
            bucket++;
        }

        Find(tags).Observe(value, bucket);
    }

    /// <summary>Observed instruments report all they have at each scrape; what they no longer report is gone.</summary>
    public void Clear()
    {
        _cells.Clear();
        _untagged.Clear();
    }

    public void Write(Exposition page)
    {
        // A counter that never counted stands at zero: a rate over it then sees its first step.
        var unused = !_untagged.Used && _cells.IsEmpty;
        if ((unused && Type != FamilyType.Counter) || !page.Begin(Name, Type, Help))
        {
            return;
        }

        if (_untagged.Used || unused)
        {
            Write(page, "", _untagged);
        }

        foreach (var (tags, cell) in _cells)
        {
            Write(page, string.Join(',', tags.Select(t => Exposition.Label(t.Key, Text(t.Value)))), cell);
        }
    }

    private void Write(Exposition page, string labels, Cell cell)
    {
        if (Type == FamilyType.Histogram)
        {
            page.Histogram(Name, labels, Bounds, cell.Counts, cell.Value);
        }
        else
        {
            page.Sample(Name, labels, cell.Value);
        }
    }

    private Cell Find(ReadOnlySpan<Tag> tags)
    {
        if (tags.IsEmpty)
        {
            return _untagged;
        }

        return _byTags.TryGetValue(tags, out var cell)
            ? cell
            : _cells.GetOrAdd(tags.ToArray(), _ => new Cell(Bounds.Count + 1));
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>One value: a sum, or the buckets of a histogram and their sum.</summary>
    private sealed class Cell(int buckets)
    {
        private readonly long[] _counts = new long[buckets];
        private double _value;

        public bool Used { get; private set; }

        public double Value => Volatile.Read(ref _value);

        public long[] Counts => [.. _counts];

        public void Add(double value)
        {
            Used = true;
            double before;
            do
            {
                before = Volatile.Read(ref _value);
            }
            while (Interlocked.CompareExchange(ref _value, before + value, before) != before);
        }

        public void Set(double value)
        {
            Used = true;
            Volatile.Write(ref _value, value);
        }

        public void Observe(double value, int bucket)
        {
            Interlocked.Increment(ref _counts[bucket]);
            Add(value);
        }

        public void Clear()
        {
            Used = false;
            Volatile.Write(ref _value, 0);
        }
    }

    private sealed class TagComparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
    {
        public static readonly TagComparer Instance = new();

        public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
        {
            if (alternate.Length != other.Length)
            {
                return false;
            }

            for (var i = 0; i < other.Length; i++)
            {
                if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public bool Equals(Tag[]? x, Tag[]? y) => x is not null && y is not null && Equals(x.AsSpan(), y);

        public int GetHashCode(ReadOnlySpan<Tag> alternate)
        {
            var hash = default(HashCode);
            foreach (var (name, value) in alternate)
            {
                hash.Add(name);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }

        public int GetHashCode(Tag[] obj) => GetHashCode(obj.AsSpan());
    }
}
