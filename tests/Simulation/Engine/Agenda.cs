namespace Correlation.Simulation.Engine;

/// <summary>
/// All that happens, in order of virtual time; what falls on one instant is ordered by the seed. One thread, one queue
/// and one source of chance: the seed alone decides the run.
/// </summary>
internal sealed class Agenda(int seed)
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long Ticks, int Tie, long Order)> _events = new();
    private long _order;

    public Random Dice { get; } = new(seed);

    public DateTimeOffset Now { get; private set; } = Start;

    public void At(DateTimeOffset at, Action what) =>
        _events.Enqueue(what, ((at > Now ? at : Now).UtcTicks, Dice.Next(), _order++));

    public void In(TimeSpan delay, Action what) => At(Now + delay, what);

    /// <summary>Again and again, at distances around the given one, until it says that it has ended.</summary>
    public void Every(TimeSpan about, Func<bool> what) => In(Around(about), () =>
    {
        if (what())
        {
            Every(about, what);
        }
    });

    /// <returns>False when nothing is left before the given time, which it is then.</returns>
    public bool RunOne(DateTimeOffset until)
    {
        if (_events.TryPeek(out _, out var due) && due.Ticks <= until.UtcTicks)
        {
            var what = _events.Dequeue();
            Now = new DateTimeOffset(due.Ticks, TimeSpan.Zero);
            what();
            return true;
        }

        Now = until;
        return false;
    }

    public bool Chance(double of) => Dice.NextDouble() < of;

    public T Pick<T>(IReadOnlyList<T> from) => from[Dice.Next(from.Count)];

    /// <summary>From half to one and a half of it, in whole milliseconds.</summary>
    public TimeSpan Around(TimeSpan about) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(about.TotalMilliseconds * (0.5 + Dice.NextDouble())));

    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromMilliseconds(Math.Floor(1000 * (fromSeconds + (Dice.NextDouble() * (toSeconds - fromSeconds)))));
}
