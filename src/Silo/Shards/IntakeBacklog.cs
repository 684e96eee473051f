namespace Correlation.Silo.Shards;

/// <summary>
/// Requests of senders that wait for a turn. Small ones do not wait behind large ones, so that a storm that comes in batches
/// holds up nobody else; both move on in every turn. A sender that waits for its answer sees no other order by it.
/// </summary>
internal sealed class IntakeBacklog
{
    /// <summary>A request of so many commands is small.</summary>
    public const int MostOfSmall = 8;

    public Queue<Submission.Request> Small { get; } = new();

    public Queue<Submission.Request> Large { get; } = new();

    public int Count => Small.Count + Large.Count;

    public IEnumerable<Submission.Request> All => Small.Concat(Large);

    public void Add(Submission.Request request) => (request.Commands.Count <= MostOfSmall ? Small : Large).Enqueue(request);

    public void Clear()
    {
        Small.Clear();
        Large.Clear();
    }
}
