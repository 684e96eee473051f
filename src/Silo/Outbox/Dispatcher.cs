using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Microsoft.Extensions.Options;

namespace Correlation.Silo.Outbox;

/// <summary>
/// Carries out what the outbox holds. It decides nothing: a result is a command to the incident, whose answer is the
/// next row of the outbox. Kept here:
/// - a delivery is attempted by one attempt at a time, and not again until its result is on disk;
/// - it is read again right before the attempt, so that what was answered or snoozed meanwhile is not sent, and nothing
///   by a process that lost the store or stood still since;
/// - most urgent first, and no channel takes all places (<see cref="Lanes"/>);
/// - much at a time for one person comes as few messages (<see cref="Storms"/>), each page with a result of its own,
///   and digests of quiet hours as one;
/// - a page that waits too long for a place on a channel goes on to its next one;
/// - the id, and with it the receiver's key, is the same in every attempt.
/// Registered after the host of the shards, so that at a stop results still find them.
/// </summary>
public sealed partial class Dispatcher : BackgroundService
{
    /// <summary>Looks at least this often: a wake-up is only a hint.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(5);

    /// <summary>So long the answer that a delivery is pending, and the store ours, is believed.</summary>
    private static readonly TimeSpan ConfirmedFor = TimeSpan.FromSeconds(3);

    /// <summary>A store that always answers so slowly must not keep every page.</summary>
    private const int MostReadings = 3;

    /// <summary>Pages in one message to somebody in a storm.</summary>
    private const int MostGathered = 400;

    /// <summary>Deliveries that are held while further ones are told to move on.</summary>
    private const int MostHeld = 512;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly IOutbox _outbox;
    private readonly IGrains _grains;
    private readonly Sender _sender;
    private readonly OutboxSignal _signal;
    private readonly Hold _hold;
    private readonly OutboxOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>The shard's time, by which things are due: it may run ahead of a wall clock that was set back.</summary>
    private readonly SlewedClock _shardTime;

    private readonly ILogger<Dispatcher> _logger;
    private readonly Lanes _lanes;
    private readonly Storms _storms = new();
    private readonly DueList _due;
    private readonly List<Task> _underWay = [];
    private readonly CancellationTokenSource _abandon = new();
    private DateTimeOffset _lastRound;
    private DateTimeOffset _readingSince;

    public Dispatcher(
        IOutbox outbox, IGrains grains, Sender sender, OutboxSignal signal, Hold hold, IOptions<OutboxOptions> options,
        TimeProvider clock, ILogger<Dispatcher> logger)
    {
        _outbox = outbox;
        _grains = grains;
        _sender = sender;
        _signal = signal;
        _hold = hold;
        _options = options.Value;
        _clock = clock;
        _shardTime = new SlewedClock(clock);
        _logger = logger;
        _lanes = new Lanes(_options.Parallelism, _options.ParallelismPerChannel);
        _due = new DueList(outbox, signal, clock, _options.Parallelism);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return base.StartAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _abandon.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>The loop itself, which the simulation runs without a thread of its own.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = _clock.CreateTimer(
            signal => ((OutboxSignal)signal!).Wake(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                _shardTime.NotBefore(_signal.At);
                timer.Change(await RoundAsync(_shardTime.Now, stoppingToken), Timeout.InfiniteTimeSpan);
                await _signal.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await DrainAsync();
        }
    }

    /// <summary>Begins what may begin now.</summary>
    /// <returns>When to look again, unless woken earlier.</returns>
    private async Task<TimeSpan> RoundAsync(DateTimeOffset now, CancellationToken stopping)
    {
        _underWay.RemoveAll(attempt => attempt.IsCompleted);
        if (_hold.Since is not null)
        {
            return LongestIdle;
        }

        try
        {
            await MoveOnAsync(now, stopping);
            var begun = new Begun(MayBeMore: true, LookAgain: null);
            while (begun.MayBeMore && _lanes.Free > 0)
            {
                begun = await _due.BeginAsync(
                    now, [.. _lanes.Full, .. _storms.Gathering(now)], () => _lanes.HeldIds,
                    delivery => TryBeginAsync(delivery, now, stopping), stopping);
            }

            var next = await _outbox.NextAsync(now, stopping) - now;
            return new[] { next, _storms.Next(now) - now, begun.LookAgain, LongestIdle }.Min()!.Value;
        }
        catch (DbException unreadable)
        {
            LogUnreadable(unreadable);
            return FirstPause;
        }
    }

    /// <returns>False when it waits on; what is held waits for nothing but its result.</returns>
    private async Task<bool> TryBeginAsync(Delivery delivery, DateTimeOffset now, CancellationToken stopping)
    {
        if (_lanes.Holds(delivery.Id))
        {
            return true;
        }

        var gathers = _sender.Gathers(_grains.Policy, delivery);
        var answer = !gathers ? StormAnswer.Alone : IsDigest(delivery) ? StormAnswer.Together : _storms.Judge(
            delivery, now);
        if (answer == StormAnswer.Wait || !_lanes.TryTake(delivery))
        {
            return false;
        }

        if (gathers && !IsDigest(delivery))
        {
            _storms.Sent(delivery, now);
        }

        _underWay.Add(CarryOutAsync(
            answer == StormAnswer.Together ? await GatherAsync(delivery, now, stopping) : [delivery], hasPlace: true));
        return true;
    }

    private static bool IsDigest(Delivery delivery) => delivery.Text.Event == PageEvents.Digest;

    /// <summary>With all of its sort that is due for the same recipient by now; one place is enough for them.</summary>
    private async Task<IReadOnlyList<Delivery>> GatherAsync(
        Delivery taken, DateTimeOffset now, CancellationToken stopping)
    {
        try
        {
            var due = await _outbox.DueInAsync(now, MostGathered, Storms.LanesOf(taken.Recipient), stopping);
            return [taken, .. due.Where(delivery => delivery.Id != taken.Id && IsDigest(delivery) == IsDigest(taken) && _lanes.TryHold(delivery.Id))];
        }
        catch (DbException unreadable)
        {
            LogUnreadable(unreadable);
            return [taken];
        }
    }

    /// <summary>Those that waited too long behind attempts that come to no end.</summary>
    private async Task MoveOnAsync(DateTimeOffset now, CancellationToken stopping)
    {
        // What waited because we were down, or could not read, has not waited for a channel.
        _readingSince = now - _lastRound > RetryRules.TimePerChannel ? now : _readingSince;
        _lastRound = now;
        if (now - _readingSince < RetryRules.TimePerChannel || _lanes.Held >= MostHeld)
        {
            return;
        }

        var overdue = await _outbox.OverdueAsync(now, MostHeld, stopping);
        stopping.ThrowIfCancellationRequested();
        foreach (var delivery in overdue.TakeWhile(_ => _lanes.Held < MostHeld))
        {
            if (_lanes.TryHold(delivery.Id))
            {
                _underWay.Add(CarryOutAsync([delivery], hasPlace: false));
            }
        }
    }

    /// <summary>
    /// What is under way has a bounded time to end. What does not is in the outbox and begins again after the start.
    /// </summary>
    private async Task DrainAsync()
    {
        using var grace = new CancellationTokenSource(_options.StopTimeout, _clock);
        using var end = grace.Token.UnsafeRegister(abandon => ((CancellationTokenSource)abandon!).Cancel(), _abandon);
        await Task.WhenAll(_underWay);
    }
}
