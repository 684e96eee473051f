namespace Correlation.Gateway.Query.Events;

/// <summary>
/// The latest stretch of the history, without a hole: everything after <see cref="From"/> up to <see cref="Head"/>. It
/// never changes; a newer one replaces it.
/// </summary>
internal sealed class EventWindow(long from, long head, EventFrame[] frames)
{
    private const int Longest = 4096;

    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long From => from;

    public long Head => head;

    public Task Replaced => _replaced.Task;

    public bool Covers(long after) => after >= from;

    public ArraySegment<EventFrame> After(long after)
    {
        var start = Array.BinarySearch(frames, new EventFrame(after + 1, default), ById.Instance);
        start = start < 0 ? ~start : start;
        return new ArraySegment<EventFrame>(frames, start, frames.Length - start);
    }

    public EventWindow With(IReadOnlyList<EventFrame> more)
    {
        var surplus = Math.Clamp(frames.Length + more.Count - Longest, 0, frames.Length);
        var start = surplus == 0 ? from : frames[surplus - 1].Id;
        return new EventWindow(start, more[^1].Id, [.. frames.AsSpan(surplus), .. more]);
    }

    /// <summary>To be called when the newer one can be seen: who wakes then finds it.</summary>
    public void Retire() => _replaced.TrySetResult();

    private sealed class ById : IComparer<EventFrame>
    {
        public static readonly ById Instance = new();

        public int Compare(EventFrame? x, EventFrame? y) => x!.Id.CompareTo(y!.Id);
    }
}
