namespace Correlation.Benchmarks.Cascade;

/// <summary>
/// One stream of chance for each seed and purpose (SplitMix64), so that a knob that is turned moves nothing else, and a
/// case is the same on every runtime.
/// </summary>
internal sealed class Dice
{
    private ulong _state;

    public Dice(long seed, string purpose)
    {
        _state = (ulong)seed * 0x9E3779B97F4A7C15;
        foreach (var letter in purpose)
        {
            _state = (_state ^ letter) * 0x100000001B3;
        }

        Next();
    }

    /// <summary>From 0, below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double of) => Unit() < of;

    /// <summary>From 0, below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Unit() * bound);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public double Between(double least, double most) => least + (Unit() * (most - least));

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Unit());

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>Some of them in an order of chance; all when there are fewer.</summary>
    public List<T> Some<T>(IEnumerable<T> from, int most)
    {
        var left = from.ToList();
        for (var i = left.Count - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (left[i], left[other]) = (left[other], left[i]);
        }

        return left.GetRange(0, Math.Min(most, left.Count));
    }

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    public TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - Unit());

    /// <summary>Few large and many small: 1 or more, with P(at least n) about n to the power of -1.2.</summary>
    public int PowerLaw(int most) => (int)Math.Min(most, Math.Pow(1 - Unit(), -1 / 1.2));

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
