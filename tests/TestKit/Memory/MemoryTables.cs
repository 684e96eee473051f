using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>What the turns written so far add up to.</summary>
public sealed class MemoryTables
{
    private readonly PartitionHead[] _heads =
        [.. Enumerable.Range(0, Partitions.Count).Select(partition => new PartitionHead(partition, 0, default, 0))];

    private readonly SortedDictionary<(string Kind, string Id), PolicyObject> _objects = [];
    private readonly Dictionary<string, (DateTimeOffset At, StoredAnswer Answer)> _answers = [];
    private readonly SortedDictionary<long, StoredMessage> _messages = [];
    private long _replayTurn;
    private long _policyVersion;

    public GrainTable Grains { get; } = new();

    public ItemTable Items { get; } = new();

    public OutboxTable Outbox { get; } = new();

    public TimerTable Timers { get; } = new();

    public List<RepeatBatch> Repeats { get; } = [];

    /// <summary>The last turn written.</summary>
    public long Turn { get; private set; }

    public StoreHead Head =>
        new(Turn, _replayTurn, _policyVersion, [.. _heads], [.. _objects.Values.Select(made => made.ToChange())]) { Hold = Hold };

    /// <summary>Set for a store that was restored.</summary>
    public StoredHold? Hold { get; set; }

    public IEnumerable<StoredMessage> Messages => _messages.Values;

    public void Apply(TurnWrite write)
    {
        Turn = write.Turn;
        _replayTurn = write.ReplayTurn ?? _replayTurn;
        Hold = write.Hold switch
        {
            HoldWrite.Begins => new StoredHold(write.At),
            HoldWrite.Ends => null,
            _ => Hold,
        };
        write.Heads.ForEach(head => _heads[head.Partition] = head);
        if (!write.Repeats.IsEmpty)
        {
            Repeats.Add(new RepeatBatch(write.Turn, write.At, write.Repeats));
        }

        write.Grains.ForEach(Grains.Write);
        write.Timers.ForEach(Timers.Write);
        write.Items.ForEach(item => Items.Write(item.Owner, item.Change));
        write.Outbox.ForEach(Outbox.Write);
        write.MessagesSent.ForEach(message => _messages.Add(message.Id, message));
        write.MessagesTaken.ForEach(id => _messages.Remove(id));
        write.Answers.ForEach(answer => _answers.TryAdd(answer.Key, (write.At, answer.Answer)));
        foreach (var policy in write.Policies)
        {
            _policyVersion = policy.Version;
            if (policy is PolicyWrite.Changed(_, var change))
            {
                Apply(change);
            }
        }
    }

    public StoredAnswer? Answer(string key) => _answers.TryGetValue(key, out var found) ? found.Answer : null;

    public void DropAnswersBefore(DateTimeOffset at)
    {
        foreach (var key in _answers.Where(answer => answer.Value.At < at).Select(answer => answer.Key).ToList())
        {
            _answers.Remove(key);
        }
    }

    private void Apply(PolicyChange change)
    {
        foreach (var made in PolicyObject.Of(change))
        {
            if (made.Document is null)
            {
                _objects.Remove((made.Kind, made.Id));
            }
            else
            {
                _objects[(made.Kind, made.Id)] = made;
            }
        }
    }
}
