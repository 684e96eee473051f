using System.Diagnostics;

namespace Correlation.TestKit.Processes;

/// <summary>What arrived at a sink, in order, and a way to wait for what has not arrived yet.</summary>
public sealed class Received<T>
{
    private const int ListedItems = 50;

    private readonly List<T> _items = [];
    private TaskCompletionSource _arrival = NewArrival();

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_items)
            {
                return [.. _items];
            }
        }
    }

    /// <summary>The first one that is wanted, be it there already or yet to come.</summary>
    /// <exception cref="TimeoutException">The message says <paramref name="what"/> and lists what did
    /// arrive.</exception>
    public async Task<T> WaitForAsync(Func<T, bool> wanted, TimeSpan deadline, string what) =>
        (await WaitForAsync(wanted, 1, deadline, what))[0];

    /// <summary>All that are wanted, once there are at least <paramref name="count"/> of them.</summary>
    /// <exception cref="TimeoutException">The message says <paramref name="what"/> and lists what did
    /// arrive.</exception>
    public async Task<IReadOnlyList<T>> WaitForAsync(Func<T, bool> wanted, int count, TimeSpan deadline, string what)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            // The arrival is taken with the list: what comes after the look completes the very task that is awaited.
            var (items, arrival) = Look();
            var found = items.Where(wanted).ToList();
            if (found.Count >= count)
            {
                return found;
            }

            var left = deadline - watch.Elapsed;
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException(
                    $"Not within {deadline.TotalSeconds:0.#} s: {what} ({found.Count} of {count}). "
                    + $"Arrived: {items.Count}, the last of them:"
                    + string.Concat(items.TakeLast(ListedItems).Select(item => $"{Environment.NewLine}  {item}")));
            }

            // WhenAny, for then an expiry does not throw: the next round reports it, after a last look.
            await Task.WhenAny(arrival.WaitAsync(left));
        }
    }

    public void Add(T item)
    {
        TaskCompletionSource arrival;
        lock (_items)
        {
            _items.Add(item);
            (arrival, _arrival) = (_arrival, NewArrival());
        }

        arrival.SetResult();
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (IReadOnlyList<T> Items, Task Arrival) Look()
    {
        lock (_items)
        {
            return ([.. _items], _arrival.Task);
        }
    }
}
