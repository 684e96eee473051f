using System.Diagnostics;

namespace Correlation.TestKit.Processes;

/// <summary>Waits for what another process will do, which gives no event to wait on.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <exception cref="TimeoutException">The deadline passed; the message is what <paramref name="expected"/>
    /// says.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan deadline, Func<string> expected)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            if (watch.Elapsed > deadline)
            {
                throw new TimeoutException($"Not within {deadline.TotalSeconds:0.#} s: {expected()}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(Func<bool> condition, TimeSpan deadline, Func<string> expected) =>
        UntilAsync(() => Task.FromResult(condition()), deadline, expected);
}
