using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Outbox;

/// <summary>One attempt: from the place on a channel to the result that is on disk.</summary>
public sealed partial class Dispatcher
{
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
                if (await ReadAgainAsync(one.Id) is { } delivery &&
                    (delivery.Channel, delivery.Attempts) == (one.Channel, one.Attempts))
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

    /// <summary>
    /// Those that waited until quiet hours had begun, by the time by which their incident will say what becomes of them;
    /// what was to go out with them comes with the next list.
    /// </summary>
    private List<(Delivery Delivery, AttemptResult Result)> NotNow(List<Delivery> pending)
    {
        var (policy, now) = (_grains.Policy, _shardTime.Now);
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
    /// While this process was stopped (its machine asleep, a debugger, SIGSTOP) the page may have been answered, and
    /// the store another's. The monotonic clock went on and tells that the answer is old.
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
    /// Any turn takes the store up again, or ends this process when another has it. Without this one the next may be
    /// half a minute away, and the page with it.
    /// </summary>
    private async Task TakeStoreAsync(Delivery taken)
    {
        try
        {
            await _grains.ReadAsync(new GrainId(GrainKind.Incident, taken.IncidentId))
                .AsTask()
                .WaitAsync(_abandon.Token);
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
                    .SendAsync(incident, attempted, CommandClass.Person, new RetryKey($"{attempt}/{refusals}"))
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
}
