using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Correlation.Grains.Model;

namespace Correlation.Silo.Shards;

/// <summary>
/// Messages between grains that wait for a turn. What follows from a small request goes first, so that its page does
/// not wait for what a storm has still to say to itself. Messages to one grain keep their order: as long as some wait,
/// those after them wait behind them.
/// </summary>
internal sealed class MessageQueue : IEnumerable<PendingMessage>
{
    private readonly Queue<PendingMessage> _prompt = new();
    private readonly Queue<PendingMessage> _bulk = new();
    private readonly Dictionary<GrainId, (bool Prompt, int Count)> _receivers = [];

    public int Count => _prompt.Count + _bulk.Count;

    public int PromptCount => _prompt.Count;

    public void Enqueue(PendingMessage message)
    {
        var (prompt, waiting) = _receivers.GetValueOrDefault(message.To, (message.Prompt, 0));
        _receivers[message.To] = (prompt, waiting + 1);
        (prompt ? _prompt : _bulk).Enqueue(message);
    }

    /// <summary>A message to it sent now would have to wait behind others.</summary>
    public bool HasFor(GrainId receiver) => _receivers.ContainsKey(receiver);

    /// <summary>So many at most; a quarter of them are left to what is not prompt.</summary>
    public IEnumerable<PendingMessage> Take(int most)
    {
        var taken = 0;
        for (; taken < most - (most / 4) && TryTake(_prompt, out var message); taken++)
        {
            yield return message;
        }

        for (; taken < most && TryTake(_bulk, out var message); taken++)
        {
            yield return message;
        }
    }

    public void Clear()
    {
        _prompt.Clear();
        _bulk.Clear();
        _receivers.Clear();
    }

    public IEnumerator<PendingMessage> GetEnumerator() => _prompt.Concat(_bulk).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool TryTake(Queue<PendingMessage> queue, [NotNullWhen(true)] out PendingMessage? message)
    {
        if (!queue.TryDequeue(out message))
        {
            return false;
        }

        var (prompt, waiting) = _receivers[message.To];
        if (waiting == 1)
        {
            _receivers.Remove(message.To);
        }
        else
        {
            _receivers[message.To] = (prompt, waiting - 1);
        }

        return true;
    }
}
