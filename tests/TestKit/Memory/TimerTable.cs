using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>Timers by grain and name, and in the order in which they are due: a storm arms thousands.</summary>
public sealed class TimerTable
{
    private readonly Dictionary<(GrainId Grain, string Name), (GrainTimer Timer, long Written)> _timers = [];
    private readonly SortedDictionary<(DateTimeOffset Due, long Written), StoredTimer> _duties = [];
    private readonly SortedDictionary<(DateTimeOffset Due, long Written), StoredTimer> _absences = [];
    private long _written;

    public IEnumerable<StoredTimer> All => _timers.Select(timer => new StoredTimer(timer.Key.Grain, timer.Value.Timer));

    public GrainTimer? Find(GrainId grain, string name) =>
        _timers.TryGetValue((grain, name), out var found) ? found.Timer : null;

    public void Write(TimerWrite write)
    {
        if (_timers.Remove((write.Grain, write.Name), out var before))
        {
            Of(before.Timer).Remove((before.Timer.Due, before.Written));
        }

        if (write.Timer is { } armed)
        {
            var timer = armed with { Due = WholeMilliseconds.AtOrAfter(armed.Due) };
            _timers[(write.Grain, write.Name)] = (timer, ++_written);
            Of(timer).Add((timer.Due, _written), new StoredTimer(write.Grain, timer));
        }
    }

    public IEnumerable<StoredTimer> Due(DateTimeOffset now, TimeSpan listened) => Due(_duties, now)
        .Concat(Due(_absences, now).Where(stored => stored.Timer.Quiet <= listened));

    public DateTimeOffset? Next(bool absence)
    {
        foreach (var first in absence ? _absences : _duties)
        {
            return first.Key.Due;
        }

        return null;
    }

    private static IEnumerable<StoredTimer> Due(
        SortedDictionary<(DateTimeOffset Due, long Written), StoredTimer> timers, DateTimeOffset now) =>
        timers.TakeWhile(timer => timer.Key.Due <= now).Select(timer => timer.Value);

    private SortedDictionary<(DateTimeOffset Due, long Written), StoredTimer> Of(GrainTimer timer) =>
        timer.Quiet > TimeSpan.Zero ? _absences : _duties;
}
