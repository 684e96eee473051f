using System.Globalization;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Grains.Alerts;

namespace Correlation.Benchmarks.Cascade.Sending;

/// <summary>One message as it arrives.</summary>
internal sealed record Sent(DateTimeOffset At, string Alias, AlertCommand Command)
{
    public bool Fires => Command is AlertCommand.Receive { Signal.Resolved: false };
}

/// <summary>What becomes of problems on their way to us, in the order of arrival.</summary>
internal sealed class Post
{
    /// <summary>Of one firing. Beyond this a sender that never stops would drown a case.</summary>
    private const int MostRepeats = 40;

    private static readonly TimeSpan RepeatInterval = TimeSpan.FromHours(4);
    private static readonly TimeSpan LatestArrival = TimeSpan.FromDays(1);

    private readonly Distortions _knobs;
    private readonly long _seed;
    private readonly DateTimeOffset _end;
    private readonly List<Sent> _sent = [];
    private readonly Dictionary<string, Dice> _dice = [];
    private readonly DateTimeOffset[] _restarts;

    private Post(Distortions knobs, long seed, DateTimeOffset start, DateTimeOffset end)
    {
        (_knobs, _seed, _end) = (knobs, seed, end);
        _restarts = new DateTimeOffset[knobs.Restarts];
        for (var i = 0; i < knobs.Restarts; i++)
        {
            _restarts[i] = start + DiceOf("restarts").Between(TimeSpan.Zero, end - start);
        }
    }

    public Truth Truth { get; } = new();

    public static (IReadOnlyList<Sent> Sent, Truth Truth) Carry(
        IEnumerable<Problem> problems, Distortions knobs, long seed, DateTimeOffset start, DateTimeOffset end)
    {
        var post = new Post(knobs, seed, start, end);
        foreach (var problem in problems)
        {
            post.Take(problem);
        }

        // Stable: what arrives at one instant does so in the order in which it was sent.
        return ([.. post._sent.OrderBy(sent => sent.At)], post.Truth);
    }

    private void Take(Problem problem)
    {
        if (problem.Detector.Form == Form.Change)
        {
            Begin(problem, problem.From, "", once: true);
            return;
        }

        var pod = problem.Detector.Kind is "pods-down" or "pod-restarted" ? "pod-0" : "";
        var firstEnd = problem.Until;
        if (pod.Length > 0 && DiceOf("churn").Chance(_knobs.Churn))
        {
            // The pod is replaced, and its successor has the same trouble under another name.
            firstEnd = problem.From + ((problem.Until - problem.From) / 2);
            Spell(problem, firstEnd, problem.Until, "pod-1");
        }

        var from = problem.From;
        if (!problem.IsNoise && DiceOf("flapping").Chance(_knobs.Flapping))
        {
            var calm = from + TimeSpan.FromMinutes(45);
            while (from < calm && from < firstEnd)
            {
                var on = TimeSpan.FromMinutes(1) + DiceOf("flapping").Exponential(TimeSpan.FromMinutes(5));
                Spell(problem, from, Earlier(from + on, firstEnd), pod);
                from += on + TimeSpan.FromMinutes(1) + DiceOf("flapping").Exponential(TimeSpan.FromMinutes(4));
            }
        }

        if (from < firstEnd)
        {
            Spell(problem, from, firstEnd, pod);
        }
    }

    /// <summary>From one firing to its end.</summary>
    private void Spell(Problem problem, DateTimeOffset from, DateTimeOffset until, string pod)
    {
        var startsAt = Begin(problem, from, pod);
        var at = from;
        for (var repeats = 0; repeats < MostRepeats; repeats++)
        {
            at += _knobs.Repost is { } often && at < from + TimeSpan.FromHours(1)
                ? often
                : RepeatInterval;
            if (at >= until || at > _end)
            {
                break;
            }

            Fire(problem, at, startsAt, pod);
        }

        foreach (var restart in _restarts.Where(restart => restart > from && restart < until))
        {
            Fire(problem, restart + DiceOf("restarts").Between(TimeSpan.Zero, TimeSpan.FromSeconds(10)), startsAt, pod);
        }

        if (until <= _end && !DiceOf("ends").Chance(_knobs.LostEnds))
        {
            Send(until, SignalForm.AliasOf(problem, pod), SignalForm.Ends(problem, startsAt, until, pod));
        }
    }

    /// <returns>When it began by the sender's clock.</returns>
    private DateTimeOffset Begin(Problem problem, DateTimeOffset at, string pod, bool once = false)
    {
        var startsAt = at + SkewOf(problem);
        Truth.Add(SignalForm.AliasOf(problem, pod), at, problem);
        Fire(problem, at, startsAt, pod);
        if (once)
        {
            Send(
                at + TimeSpan.FromMinutes(1),
                SignalForm.AliasOf(problem, pod),
                SignalForm.Ends(problem, startsAt, at, pod));
        }

        return startsAt;
    }

    private void Fire(Problem problem, DateTimeOffset at, DateTimeOffset startsAt, string pod)
    {
        var signal = SignalForm.Fires(problem, startsAt, pod);
        Send(at, signal.Alias, new AlertCommand.Receive(
            DiceOf("truncated").Chance(_knobs.Truncated) ? SignalForm.Truncated(signal) : signal));
    }

    private void Send(DateTimeOffset at, string alias, AlertCommand command)
    {
        if (DiceOf("drop").Chance(_knobs.Drop))
        {
            return;
        }

        var dice = DiceOf("delay");
        var late = dice.Chance(_knobs.Delay) ? TimeSpan.FromMinutes(2) * Math.Exp(1.6 * dice.Normal()) : TimeSpan.Zero;
        var travels = TimeSpan.FromMilliseconds(dice.Between(20, 800)) + (late < LatestArrival ? late : LatestArrival);
        _sent.Add(new Sent(Whole(at + travels), alias, command));
        if (DiceOf("duplicate").Chance(_knobs.Duplicate))
        {
            _sent.Add(
                new Sent(
                    Whole(at + travels + DiceOf("duplicate").Between(TimeSpan.Zero, TimeSpan.FromSeconds(3))),
                    alias,
                    command));
        }
    }

    /// <summary>Each sender has one clock; what is of one team and form comes from one sender.</summary>
    private TimeSpan SkewOf(Problem problem)
    {
        var clock = new Dice(
            _seed,
            string.Create(CultureInfo.InvariantCulture, $"clock {problem.Detector.Form} {problem.Detector.Kind}"));
        var off = _knobs.Skew * clock.Between(-1, 1);
        return clock.Chance(_knobs.WrongZone) ? off - TimeSpan.FromHours(1) : off;
    }

    private Dice DiceOf(string knob) =>
        _dice.TryGetValue(knob, out var dice) ? dice : _dice[knob] = new Dice(_seed, knob);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Whole(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
