using Correlation.Grains.Model;

namespace Correlation.Silo.Shards;

/// <summary>
/// Messages between grains whose deciding threw. They stay stored and are tried again at growing distances, since what
/// they say (an alert closed, an incident is confirmed) is said only once. What the same sender tells the same receiver
/// meanwhile waits behind them: an alert that closed before it opened would stay open for ever.
/// </summary>
internal sealed class ParkedMessages
{
    /// <summary>Beyond it a message whose deciding throws is given up, and kept only in the log.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(GrainId From, GrainId To), Pair> _pairs = [];

    public int Count { get; private set; }

    public bool IsFull => Count >= Most;

    public DateTimeOffset? NextDue => _pairs.Count == 0 ? null : _pairs.Values.Min(pair => pair.Due);

    public void Clear()
    {
        _pairs.Clear();
        Count = 0;
    }

    /// <summary>The message waits here, the first of its pair or behind it.</summary>
    public bool Contains(PendingMessage message) =>
        _pairs.TryGetValue(PairOf(message), out var pair) && pair.Waiting.Contains(message);

    /// <summary>Another message of its pair is tried before it.</summary>
    public bool IsBehind(PendingMessage message) =>
        _pairs.TryGetValue(PairOf(message), out var pair) && pair.Waiting.Peek() != message;

    public List<PendingMessage> Due(DateTimeOffset now, int limit) => _pairs.Count == 0
        ? []
        : [.. _pairs.Values.Where(pair => pair.Due <= now).OrderBy(pair => pair.Due).Take(limit).Select(pair => pair.Waiting.Peek())];

    /// <summary>Its deciding threw, for the first time or again.</summary>
    public void Park(PendingMessage message, DateTimeOffset at)
    {
        if (!_pairs.TryGetValue(PairOf(message), out var pair))
        {
            _pairs[PairOf(message)] = pair = new Pair();
            pair.Waiting.Enqueue(message);
            Count++;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(pair.Tries++, 10));
        pair.Due = at + (pause < LongestPause ? pause : LongestPause);
    }

    public void Hold(PendingMessage message)
    {
        _pairs[PairOf(message)].Waiting.Enqueue(message);
        Count++;
    }

    /// <summary>The first of its pair was decided.</summary>
    /// <returns>Those behind it, in order; they may be decided now.</returns>
    public IEnumerable<PendingMessage> Release(PendingMessage decided)
    {
        if (!_pairs.TryGetValue(PairOf(decided), out var pair) || pair.Waiting.Peek() != decided)
        {
            return [];
        }

        _pairs.Remove(PairOf(decided));
        Count -= pair.Waiting.Count;
        return pair.Waiting.Skip(1);
    }

    private static (GrainId From, GrainId To) PairOf(PendingMessage message) => (message.From, message.To);

    private sealed class Pair
    {
        public Queue<PendingMessage> Waiting { get; } = new();

        public int Tries { get; set; }

        public DateTimeOffset Due { get; set; }
    }
}
