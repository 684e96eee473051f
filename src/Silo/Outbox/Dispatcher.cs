using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
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
/// - much at a time for one person comes as few messages (<see cref="Storms"/>), each page with a result of its own, and
///   digests of quiet hours as one;
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
    private readonly ILogger<Dispatcher> _logger;
    private readonly Lanes _lanes;
    private readonly Storms _storms = new();
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
        _logger = logger;
        _lanes = new Lanes(_options.Parallelism, _options.ParallelismPerChannel);
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
        var clock = new SlewedClock(_clock);
        try
        {
            while (true)
            {
                // The shard's time, by which things are due, may run ahead of a wall clock that was set back.
                clock.NotBefore(_signal.At);
                timer.Change(await RoundAsync(clock.Now, stoppingToken), Timeout.InfiniteTimeSpan);
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
            while (_lanes.Free > 0 && await BeginAsync(now, stopping))
            {
            }

            var next = await _outbox.NextAsync(now, stopping);
            var gathered = _storms.Next(now);
            var earlier = gathered < next || next is null ? gathered : next;
            return earlier is { } at && at - now < LongestIdle ? at - now : LongestIdle;
        }
        catch (DbException unreadable)
        {
            LogUnreadable(unreadable);
            return FirstPause;
        }
    }

    /// <returns>
    /// True when a further read may find more: this one was cut off, and a channel filled up meanwhile.
    /// </returns>
    private async Task<bool> BeginAsync(DateTimeOffset now, CancellationToken stopping)
    {
        // What is held may still be due in the store, so it is read on top of what may begin.
        var limit = _options.Parallelism + _lanes.Held;
        var due = await _outbox.DueAsync(now, limit, [.. _lanes.Full, .. _storms.Gathering(now)], stopping);
        stopping.ThrowIfCancellationRequested();
        var begun = 0;
        foreach (var delivery in due)
        {
            var gathers = _sender.Gathers(_grains.Policy, delivery);
            var answer = !gathers ? StormAnswer.Alone : IsDigest(delivery) ? StormAnswer.Together : _storms.Judge(delivery, now);
            if (answer == StormAnswer.Wait || !_lanes.TryTake(delivery))
            {
                continue;
            }

            if (gathers && !IsDigest(delivery))
            {
                _storms.Sent(delivery, now);
            }

            _underWay.Add(CarryOutAsync(
                answer == StormAnswer.Together ? await GatherAsync(delivery, now, stopping) : [delivery], hasPlace: true));
            begun++;
        }

        return begun > 0 && due.Count >= limit;
    }

    private static bool IsDigest(Delivery delivery) => delivery.Text.Event == PageEvents.Digest;

    /// <summary>With all of its sort that is due for the same recipient by now; one place is enough for them.</summary>
    private async Task<IReadOnlyList<Delivery>> GatherAsync(Delivery taken, DateTimeOffset now, CancellationToken stopping)
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

    /// <param name="taken">One page, or all that go to one person as one message.</param>
    private async Task CarryOutAsync(IReadOnlyList<Delivery> taken, bool hasPlace)
    {
        try
        {
            var results = await AttemptOrPauseAsync(taken, hasPlace);
            await Task.WhenAll(results.Select((result, place) => ReportAsync(
                result.Delivery, result.Result, place == 0 && results.Count > 1 && result.Result.MayFailLater ? SentPages(results) : [])));
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            foreach (var delivery in taken)
            {
                LogAbandoned(delivery.Id, delivery.Who, delivery.Target.Channel);
            }
        }
        finally
        {
            foreach (var delivery in taken)
            {
                _lanes.Release(delivery.Id);
            }

            _signal.Wake();
        }
    }

    /// <returns>Empty when nothing was sent: it is not due any more, or could not be read.</returns>
    private async Task<IReadOnlyList<(Delivery Delivery, AttemptResult Result)>> AttemptOrPauseAsync(
        IReadOnlyList<Delivery> taken, bool hasPlace)
    {
        try
        {
            return await AttemptAsync(taken, hasPlace);
        }
        catch (StoreNotHeldException lost)
        {
            LogNotHeld(taken[0].Id, lost.Message);
            await TakeStoreAsync(taken[0]);
            await PauseAsync(FirstPause);
            return [];
        }
        catch (Exception fault) when (!_abandon.IsCancellationRequested)
        {
            // Whatever it is, the other pages go on. This one is still in the outbox and is taken up again.
            LogFault(fault, taken[0].Id);
            await PauseAsync(FirstPause);
            return [];
        }
    }

    private async Task<IReadOnlyList<(Delivery Delivery, AttemptResult Result)>> AttemptAsync(
        IReadOnlyList<Delivery> taken, bool hasPlace)
    {
        try
        {
            var pending = new List<Delivery>();
            foreach (var one in taken)
            {
                // What was answered, or moved on by a result that was on its way when the list was read, is left to the
                // next list, which has it right.
                if (await ReadAgainAsync(one.Id) is { } delivery && (delivery.Channel, delivery.Attempts) == (one.Channel, one.Attempts))
                {
                    pending.Add(delivery);
                }
            }

            if (pending.Count == 0)
            {
                return [];
            }

            if (!hasPlace)
            {
                LogNoPlace(pending[0].Id, pending[0].Who, pending[0].Target.Channel);
                return [(pending[0], new AttemptResult(AttemptOutcome.NoPlace, NoPlace(pending[0])))];
            }

            return NotNow(pending) is { Count: > 0 } held ? held : await SendAsync(pending);
        }
        finally
        {
            if (hasPlace)
            {
                _lanes.FreePlace(taken[0]);
                _signal.Wake();
            }
        }
    }

    /// <summary>Those that waited until quiet hours had begun; what was to go out with them comes with the next list.</summary>
    private List<(Delivery Delivery, AttemptResult Result)> NotNow(List<Delivery> pending)
    {
        var (policy, now) = (_grains.Policy, _clock.GetUtcNow());
        return [.. from page in pending
                   let spell = QuietHours.HoldsBack(policy, page, now)
                   where spell is not null
                   select (page, new AttemptResult(AttemptOutcome.Quiet, $"Nothing was sent: there are {spell.Says}."))];
    }

    private async Task<IReadOnlyList<(Delivery Delivery, AttemptResult Result)>> SendAsync(List<Delivery> pending)
    {
        var message = pending.Count == 1 ? pending[0] : StormSummary.Of(pending);
        var result = await _sender.SendAsync(_grains.Policy, message, _abandon.Token);
        LogAttempt(
            message.Id, message.Who, message.Target.Channel, message.Attempts + 1, result.Outcome, result.Detail);

        // A summary is no message of any one incident, which could bring it up to date.
        return pending.Count == 1
            ? [(message, result)]
            : pending.ConvertAll(page => (page, result with
            {
                Detail = $"{result.Detail.TrimEnd('.')}, in one message of {pending.Count} pages.",
                Reference = null,
            }));
    }

    /// <summary>
    /// While this process was stopped (its machine asleep, a debugger, SIGSTOP) the page may have been answered, and the
    /// store another's. The monotonic clock went on and tells that the answer is old.
    /// </summary>
    private async Task<Delivery?> ReadAgainAsync(Guid id)
    {
        for (var reading = 1; ; reading++)
        {
            var asked = _clock.GetTimestamp();
            var delivery = await _outbox.FindPendingAsync(id, _abandon.Token);
            if (_clock.GetElapsedTime(asked) <= ConfirmedFor || reading == MostReadings)
            {
                return delivery;
            }
        }
    }

    /// <summary>
    /// Any turn takes the store up again, or ends this process when another has it. Without this one the next may be half
    /// a minute away, and the page with it.
    /// </summary>
    private async Task TakeStoreAsync(Delivery taken)
    {
        try
        {
            await _grains.ReadAsync(new GrainId(GrainKind.Incident, taken.IncidentId)).AsTask().WaitAsync(_abandon.Token);
        }
        catch (UnavailableException unavailable)
        {
            LogNotHeld(taken.Id, unavailable.Message);
        }
    }

    private static string NoPlace(Delivery delivery) =>
        $"Nothing was sent: it waited {RetryRules.TimePerChannel.TotalSeconds:0} seconds for a place on channel " +
        $"'{delivery.Target.Channel}', all of which were taken by other pages.";

    /// <summary>
    /// Until the result is on disk the delivery is held: a page that arrived is not sent again because a disk is full.
    /// </summary>
    /// <param name="together">All pages of the message, for the one to which is told what becomes of it.</param>
    private async Task ReportAsync(Delivery delivery, AttemptResult result, ValueList<SentPage> together)
    {
        var incident = new GrainId(GrainKind.Incident, delivery.IncidentId);
        var attempted = new IncidentCommand.Attempted(
            delivery, result.Outcome, result.Detail, result.RetryAfter, result.Reference)
        {
            AnswerWithin = result.AnswerWithin,
            Together = together,
        };
        var attempt = result.Outcome == AttemptOutcome.Quiet
            ? $"quiet/{delivery.Id:N}/{delivery.Channel}/{delivery.NotBefore.UtcTicks}"
            : $"attempt/{delivery.Id:N}/{delivery.Channel}/{delivery.Attempts}";
        var refusals = 0;
        for (var report = 0; ; report++)
        {
            _abandon.Token.ThrowIfCancellationRequested();
            try
            {
                // The key makes one result of a report whose answer got lost and its repetition. A refusal is final
                // under its key, so the next report has another.
                var answer = await _grains
                    .SendAsync(incident, attempted, CommandClass.Person, $"{attempt}/{refusals}")
                    .AsTask().WaitAsync(_abandon.Token);
                if (answer.Accepted)
                {
                    return;
                }

                refusals++;
                LogRefused(delivery.Id, delivery.IncidentId, answer.Outcome, answer.Reason);
            }
            catch (UnavailableException unavailable)
            {
                if (report == 0)
                {
                    LogUnavailable(delivery.Id, unavailable.Message);
                }
            }
            catch (Exception fault) when (!_abandon.IsCancellationRequested)
            {
                refusals++;
                LogNotTaken(fault, delivery.Id);
            }

            var pause = FirstPause * Math.Pow(2, refusals);
            await PauseAsync(pause < LongestPause ? pause : LongestPause);
        }
    }

    private static ValueList<SentPage> SentPages(IReadOnlyList<(Delivery Delivery, AttemptResult Result)> results) =>
        results.Select(r => new SentPage(r.Delivery.IncidentId, r.Delivery.Id, r.Delivery.Channel)).ToValueList();

    private Task PauseAsync(TimeSpan pause) => Task.Delay(pause, _clock, _abandon.Token);

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
