namespace Correlation.Silo.Shards;

/// <summary>
/// Requests of senders that wait for a turn. Small ones do not wait behind large ones, so that a storm that comes in
/// batches holds up nobody else; both move on in every turn. A sender that waits for its answer sees no other order by
/// it.
/// </summary>
internal sealed class IntakeBacklog
{
    /// <summary>A request of so many commands is small.</summary>
    public const int MostOfSmall = 8;

    public Queue<Submission.Request> Small { get; } = new();

    public Queue<Submission.Request> Large { get; } = new();

    public int Count => Small.Count + Large.Count;

    public IEnumerable<Submission.Request> All => Small.Concat(Large);

    public void Add(Submission.Request request) =>
        (request.Commands.Count <= MostOfSmall ? Small : Large).Enqueue(request);

    /// <summary>The others keep their order.</summary>
    /// <returns>Commands of those that were dropped.</returns>
    public int Drop(Predicate<Submission.Request> isDropped) => Drop(Small, isDropped) + Drop(Large, isDropped);

    private static int Drop(Queue<Submission.Request> waiting, Predicate<Submission.Request> isDropped)
    {
        var commands = 0;
        for (var left = waiting.Count; left > 0; left--)
        {
            var request = waiting.Dequeue();
            if (isDropped(request))
            {
                commands += request.Commands.Count;
            }
            else
            {
                waiting.Enqueue(request);
            }
        }

        return commands;
    }

    public void Clear()
    {
        Small.Clear();
        Large.Clear();
    }
}
