using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

/// <summary>
/// What a turn's messages lead to is decided in the same turn, one generation after the other, as far as there is room:
/// a message that is sent and decided in one commit is never stored, and a grain that is told several things is written
/// once.
/// </summary>
public sealed partial class Shard
{
    private void Follow(TurnDecisions decide, DateTimeOffset now)
    {
        // Alone, a turn shows whether its one work can be written: not what follows from it as well.
        var room = _alone is null ? _options.FollowedPerTurn : 0;
        while (decide.NextGeneration(room) is { Count: > 0 } generation)
        {
            room -= generation.Count;
            HashSet<GrainId>? missing = null;
            generation.ForEach(message => Note(message.To, message.Command, now, ref missing));
            Load(missing, now);
            foreach (var message in generation)
            {
                decide.Decide(WorkOf(message), now, guilty: null);
            }
        }
    }

    private sealed partial class TurnDecisions
    {
        private readonly HashSet<GrainId> _behind = [];
        private List<PendingMessage> _sent = [];
        private int _sentCount;

        /// <summary>
        /// What was sent since the last call, as many as there is room for. The others wait for a later turn, and
        /// behind them whatever is sent to the same grains: messages to one grain keep their order.
        /// </summary>
        public List<PendingMessage> NextGeneration(int room)
        {
            var generation = new List<PendingMessage>();
            foreach (var message in _sent)
            {
                if (generation.Count < room && !_behind.Contains(message.To) && !shard._messages.HasFor(message.To))
                {
                    generation.Add(message);
                }
                else
                {
                    _behind.Add(message.To);
                    _waiting.Add(message);
                }
            }

            _sent = [];
            return generation;
        }

        private bool IsOwn(PendingMessage message) => message.Id >> OrdinalBits == write.Turn;

        /// <summary>
        /// Those that wait for a later turn, and of this turn's own those that threw or are held behind one that did.
        /// </summary>
        private void StoreMessages()
        {
            foreach (var message in _waiting.Concat(_thrown.Concat(_held).Where(IsOwn)))
            {
                write.MessagesSent.Add(
                    new StoredMessage(message.Id, message.From, message.To, CommandFamilies.ToText(message.Command)));
            }
        }
    }
}
