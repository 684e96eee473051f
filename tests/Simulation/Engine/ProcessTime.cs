namespace Correlation.Simulation.Engine;

/// <summary>One process's clock: virtual time, and a wall that may be off. Its timers end with the process.</summary>
internal sealed class ProcessTime(Agenda agenda, ProcessContext context, TimeSpan wallIsAhead) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => agenda.Now + wallIsAhead;

    public override long GetTimestamp() => (agenda.Now - Agenda.Start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(agenda, context, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Agenda agenda, ProcessContext context, Action fire) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                agenda.In(dueTime, () => Fire(version, period));
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int version, TimeSpan period)
        {
            if (version != _version || context.IsDead)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Change(period, period);
            }

            context.Run(fire);
        }
    }
}
