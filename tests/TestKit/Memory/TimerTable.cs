using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

public sealed class TimerTable
{
    private readonly Dictionary<(GrainId Grain, string Name), GrainTimer> _timers = [];

    public IEnumerable<StoredTimer> All => _timers.Select(timer => new StoredTimer(timer.Key.Grain, timer.Value));

    public GrainTimer? Find(GrainId grain, string name) => _timers.GetValueOrDefault((grain, name));

    public void Write(TimerWrite write)
    {
        if (write.Timer is { } timer)
        {
            _timers[(write.Grain, write.Name)] = timer with { Due = WholeMilliseconds.AtOrAfter(timer.Due) };
        }
        else
        {
            _timers.Remove((write.Grain, write.Name));
        }
    }

    public IEnumerable<StoredTimer> Due(DateTimeOffset now, TimeSpan listened) => All
        .Where(stored => stored.Timer.Due <= now && stored.Timer.Quiet <= (stored.Timer.Quiet > TimeSpan.Zero ? listened : TimeSpan.Zero))
        .OrderBy(stored => stored.Timer.Quiet > TimeSpan.Zero)
        .ThenBy(stored => stored.Timer.Due);

    public DateTimeOffset? Next(bool absence)
    {
        DateTimeOffset? next = null;
        foreach (var timer in _timers.Values)
        {
            if (timer.Quiet > TimeSpan.Zero == absence && !(timer.Due >= next))
            {
                next = timer.Due;
            }
        }

        return next;
    }
}
