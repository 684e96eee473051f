using System.Diagnostics.CodeAnalysis;

namespace Correlation.Silo.Shards;

/// <summary>
/// Requests of senders that wait for a turn. Small ones do not wait behind large ones, so that a storm that comes in batches
/// holds up nobody else; both move on in every turn. A sender that waits for its answer sees no other order by it.
/// </summary>
internal sealed class IntakeBacklog
{
    /// <summary>A request of so many commands is small.</summary>
    public const int MostOfSmall = 8;

    private readonly Queue<Submission.Request> _small = new();
    private readonly Queue<Submission.Request> _large = new();

    public int Count => _small.Count + _large.Count;

    public IEnumerable<Submission.Request> All => _small.Concat(_large);

    public void Add(Submission.Request request) =>
        (request.Commands.Count <= MostOfSmall ? _small : _large).Enqueue(request);

    /// <param name="room">For so many commands.</param>
    /// <param name="even">Though it be larger than the room.</param>
    public bool TryTakeSmall(int room, bool even, [NotNullWhen(true)] out Submission.Request? request) =>
        TryTake(_small, room, even, out request);

    /// <inheritdoc cref="TryTakeSmall"/>
    public bool TryTakeLarge(int room, bool even, [NotNullWhen(true)] out Submission.Request? request) =>
        TryTake(_large, room, even, out request);

    public void Clear()
    {
        _small.Clear();
        _large.Clear();
    }

    private static bool TryTake(
        Queue<Submission.Request> queue, int room, bool even, [NotNullWhen(true)] out Submission.Request? request) =>
        queue.TryPeek(out request) && (even || request.Commands.Count <= room) && queue.TryDequeue(out request);
}
