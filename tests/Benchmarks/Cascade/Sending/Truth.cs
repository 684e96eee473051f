using Correlation.Benchmarks.Cascade.Faults;

namespace Correlation.Benchmarks.Cascade.Sending;

/// <summary>Whose an alert truly is, by its alias and when it came.</summary>
internal sealed class Truth
{
    private readonly Dictionary<string, List<(DateTimeOffset From, Problem Problem)>> _byAlias = new(
        StringComparer.Ordinal);

    public void Add(string alias, DateTimeOffset from, Problem problem)
    {
        var known = _byAlias.TryGetValue(alias, out var some) ? some : _byAlias[alias] = [];
        known.Add((from, problem));
        known.Sort((one, other) => one.From.CompareTo(other.From));
    }

    /// <summary>The problem of this alias that began last by then; the first one for what came before all.</summary>
    public Problem Of(string alias, DateTimeOffset at)
    {
        var known = _byAlias[alias];
        var last = known.FindLastIndex(entry => entry.From <= at);
        return known[Math.Max(0, last)].Problem;
    }

    public IEnumerable<(string Alias, DateTimeOffset From, Problem Problem)> All =>
        _byAlias.SelectMany(known => known.Value.Select(entry => (known.Key, entry.From, entry.Problem)));

    public static bool IsPageWorthy(string kind) => !Detectors.Quiet.Contains(kind) && !Detectors.IsChange(kind);
}
