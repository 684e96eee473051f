using System.Data.Common;
using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class DispatcherTests : IAsyncLifetime, IDisposable
{
    private readonly ManualClock _clock = new(Given.Start);
    private readonly OutboxSignal _signal = new();
    private readonly OutboxOptions _options = new();
    private readonly Meter _meter = new("test");
    private readonly WebhookChannel _webhook;
    private readonly ScriptedChannel _scripted;
    private Func<Delivery, CancellationToken, Task<AttemptResult>> _behaviour = (_, _) => Task.FromResult(ScriptedChannel.Delivered);
    private MemoryOutbox _outbox;
    private Dispatcher? _dispatcher;

    public DispatcherTests()
    {
        _webhook = new WebhookChannel(_clock);
        _scripted = new ScriptedChannel((delivery, token) => _behaviour(delivery, token));
        _outbox = OutboxOf(
            Given.Channel("push", "scripted"), Given.Channel("mail", "scripted"), Given.Channel("pigeon", "pigeon"),
            Given.Channel("wrong", "scripted", ("unknwon", "x")));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_dispatcher is not null)
        {
            await StopAsync();
        }
    }

    public void Dispose()
    {
        _dispatcher?.Dispose();
        _webhook.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task A_page_that_is_due_is_sent_and_its_result_told_to_the_incident()
    {
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        _outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(page, Assert.Single(_scripted.Attempts.All));
        Assert.Equal("arrived", Assert.Single(_outbox.Results.All).Detail);
    }

    [Fact]
    public async Task What_was_pending_before_the_start_is_sent()
    {
        var page = Given.Page(Given.To("push"));
        _outbox.Add(page);

        await StartAsync();

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task A_page_that_was_answered_between_the_list_and_the_attempt_is_not_sent()
    {
        _outbox.OnFind = _outbox.Cancel;
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        _outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Cancelled), await EndOfAsync(page));
        await IdleAsync();
        Assert.Empty(_scripted.Attempts.All);
        Assert.Empty(_outbox.Results.All);
    }

    [Fact]
    public async Task Retries_come_after_their_pause_with_the_same_key_and_the_last_falls_to_the_next_channel()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        sink.Answer("/one", new SinkAnswer(503));
        sink.Answer("/two", SinkAnswer.Drop, new SinkAnswer(200));
        _outbox = OutboxOf(
            Given.Channel("one", "webhook", ("url", $"{sink.Url}/one")), Given.Channel("two", "webhook", ("url", $"{sink.Url}/two")));
        await StartAsync();
        var page = Given.Page(Given.To("one"), Given.To("two"));

        _outbox.Add(page);
        await ResultsAsync(1);
        await AdvanceToNextAsync(page);
        await ResultsAsync(2);
        await AdvanceToNextAsync(page);
        await ResultsAsync(4);
        await AdvanceToNextAsync(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(["/one", "/one", "/one", "/two", "/two"], sink.Requests.Select(r => r.Path));
        Assert.Equal(page.Id.ToString(), Assert.Single(sink.Requests.Select(r => r.Headers["webhook-id"]).Distinct()));
        Assert.Equal(
            [
                AttemptOutcome.Failed, AttemptOutcome.Failed, AttemptOutcome.Failed, AttemptOutcome.Unknown,
                AttemptOutcome.Delivered,
            ],
            _outbox.Results.All.Select(r => r.Outcome));
    }

    [Fact]
    public async Task A_channel_that_hangs_takes_its_own_places_and_delays_no_other()
    {
        _behaviour = (delivery, token) => delivery.Target.Channel == "push"
            ? ScriptedChannel.HangAsync(token)
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        var urgent = Enumerable.Range(1, 200).Select(n => Given.Page(n, Given.To("push"))).ToArray();
        var other = Given.Page(1000, Given.To("mail"));
        other = other with { Text = other.Text with { Priority = Priority.P5 } };

        _outbox.Add([.. urgent, other]);

        Assert.Equal((other.Id, DeliveryState.Delivered), await EndOfAsync(other));
        Assert.Equal(_options.ParallelismPerChannel, _scripted.Attempts.All.Count(d => d.Target.Channel == "push"));
    }

    [Fact]
    public async Task When_all_places_are_taken_the_most_urgent_is_next()
    {
        _options.Parallelism = 1;
        var first = new TaskCompletionSource<AttemptResult>();
        _behaviour = (delivery, _) => delivery.IncidentId == "incident-1"
            ? first.Task
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        _outbox.Add(Given.Page(1, Given.To("push")));
        await _scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the first attempt");

        _outbox.Add([.. new[] { Priority.P4, Priority.P1, Priority.P3, Priority.P2 }.Select((priority, n) => Urgent(n + 2, priority))]);
        first.SetResult(ScriptedChannel.Delivered);
        await ResultsAsync(5);

        Assert.Equal(
            [Priority.P1, Priority.P2, Priority.P3, Priority.P4],
            _scripted.Attempts.All.Skip(1).Select(d => d.Text.Priority));
    }

    [Fact]
    public async Task A_storm_is_drained_within_the_bounds_and_nothing_is_sent_twice()
    {
        _behaviour = async (_, _) =>
        {
            await Task.Yield();
            return ScriptedChannel.Delivered;
        };
        await StartAsync();

        _outbox.Add([.. Enumerable.Range(1, 2000).Select(n => Given.Page(n, Given.To(n % 2 == 0 ? "push" : "mail")))]);
        await _outbox.Ended.WaitForAsync(_ => true, 2000, Given.Deadline, "the end of every page");

        Assert.Equal(2000, _scripted.Attempts.All.Select(d => d.Id).Distinct().Count());
        Assert.Equal(2000, _scripted.Attempts.All.Count);
        Assert.InRange(_scripted.Most, 1, 2 * _options.ParallelismPerChannel);
    }

    [Fact]
    public async Task However_often_it_is_woken_one_page_has_one_attempt_at_a_time()
    {
        var answer = new TaskCompletionSource<AttemptResult>();
        _behaviour = (_, _) => answer.Task;
        await StartAsync();
        _outbox.Add(Given.Page(1, Given.To("push")));
        await _scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the attempt");

        for (var n = 2; n <= 5; n++)
        {
            _outbox.Add(Given.Page(n, Given.To("mail")));
            await _scripted.Attempts.WaitForAsync(d => d.IncidentId == $"incident-{n}", Given.Deadline, $"an attempt of page {n}");
        }

        Assert.Single(_scripted.Attempts.All, d => d.IncidentId == "incident-1");
        answer.SetResult(ScriptedChannel.Delivered);
        await ResultsAsync(5);
    }

    [Theory]
    [InlineData("fax", "There is no channel 'fax': add it under 'channels', or change the contacts of ann@example.org.")]
    [InlineData("pigeon", "Channel 'pigeon' is of the unknown type 'pigeon': its 'type' must be scripted or webhook.")]
    [InlineData("wrong", "Channel 'wrong': 'unknwon' is unknown; allowed are known.")]
    public async Task A_channel_that_is_not_configured_rightly_is_rejected_and_the_next_is_tried(string channel, string why)
    {
        await StartAsync();
        var page = Given.Page(Given.To(channel), Given.To("mail"));

        _outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal((AttemptOutcome.Rejected, why), (_outbox.Results.All[0].Outcome, _outbox.Results.All[0].Detail));
        Assert.Equal("mail", Assert.Single(_scripted.Attempts.All).Target.Channel);
    }

    [Fact]
    public async Task Somebody_who_cannot_be_reached_at_all_is_a_page_that_failed()
    {
        await StartAsync();
        var page = Given.Page();

        _outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Failed), await EndOfAsync(page));
    }

    [Fact]
    public async Task A_channel_that_throws_is_a_failure_like_others()
    {
        _behaviour = (delivery, _) => delivery.Attempts == 0 && delivery.IncidentId == "incident-1"
            ? throw new InvalidOperationException("a mistake")
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        _outbox.Add(page);
        await ResultsAsync(1);
        await AdvanceToNextAsync(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_ended_as_unknown()
    {
        _options.AttemptTimeout = TimeSpan.FromSeconds(2);
        _behaviour = (delivery, token) => delivery.Attempts == 0
            ? ScriptedChannel.HangAsync(token)
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        _outbox.Add(page);

        await ArmedAsync(Given.Start + _options.AttemptTimeout);
        _clock.Advance(_options.AttemptTimeout);
        await ResultsAsync(1);
        await AdvanceToNextAsync(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(AttemptOutcome.Unknown, _outbox.Results.All[0].Outcome);
    }

    [Fact]
    public async Task A_page_that_arrived_is_not_sent_again_while_its_result_cannot_be_stored()
    {
        var refusals = 0;
        _outbox.OnReport = _ => ++refusals <= 3
            ? throw new UnavailableException("The disk is full", TimeSpan.FromSeconds(2))
            : null;
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        _outbox.Add(page);

        for (var second = 1; second <= 3; second++)
        {
            await ArmedAsync(Given.Start.AddSeconds(second));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Single(_scripted.Attempts.All);
        Assert.Single(_outbox.Results.All);
    }

    [Fact]
    public async Task Pages_go_out_while_earlier_results_cannot_be_stored()
    {
        _outbox.OnReport = _ => throw new UnavailableException("The disk is full", TimeSpan.FromSeconds(2));
        await StartAsync();

        _outbox.Add([.. Enumerable.Range(1, 100).Select(n => Given.Page(n, Given.To("push")))]);

        await _scripted.Attempts.WaitForAsync(_ => true, 100, Given.Deadline, "an attempt of every page");
    }

    /// <summary>The answer got lost: the decision had been made, and must not count twice.</summary>
    [Fact]
    public async Task A_result_told_twice_counts_once()
    {
        var lost = false;
        _behaviour = (delivery, _) => Task.FromResult(delivery.Attempts == 0 ? ScriptedChannel.Failed : ScriptedChannel.Delivered);
        await StartAsync(new LosingGrains(_outbox, () => !lost && (lost = true)));
        var page = Given.Page(Given.To("push"));

        _outbox.Add(page);
        await Poll.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return _outbox.Ended.All.Count > 0;
            },
            Given.Deadline,
            () => "the page was delivered by its second attempt");

        Assert.Equal([0, 1], _outbox.Results.All.Select(r => r.Delivery.Attempts));
        Assert.True(lost);
    }

    [Theory]
    [InlineData(Outcome.Refused)]
    [InlineData(Outcome.Poison)]
    public async Task A_result_the_incident_does_not_take_is_told_again_and_the_page_not_sent_again(Outcome outcome)
    {
        var reports = 0;
        _outbox.OnReport = _ => ++reports == 1 ? MemoryOutbox.Answered(outcome) : null;
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        _outbox.Add(page);

        await ArmedAsync(Given.Start.AddSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Single(_scripted.Attempts.All);
    }

    [Fact]
    public async Task An_outbox_that_cannot_be_read_is_read_again()
    {
        _outbox.Broken = new BrokenStoreException();
        var page = Given.Page(Given.To("push"));
        _outbox.Add(page);
        await StartAsync();
        await ArmedAsync(Given.Start.AddSeconds(1));

        _outbox.Broken = null;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task A_stop_begins_nothing_and_waits_for_what_is_under_way()
    {
        var answer = new TaskCompletionSource<AttemptResult>();
        _behaviour = (_, _) => answer.Task;
        await StartAsync();
        _outbox.Add(Given.Page(1, Given.To("push")));
        await _scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the attempt");

        var stopping = _dispatcher!.StopAsync(CancellationToken.None);
        _outbox.Add(Given.Page(2, Given.To("push")));
        await ArmedAsync(Given.Start + _options.StopTimeout);
        Assert.False(stopping.IsCompleted);
        answer.SetResult(ScriptedChannel.Delivered);
        await stopping.WaitAsync(Given.Deadline);

        Assert.Equal("incident-1", Assert.Single(_scripted.Attempts.All).IncidentId);
        Assert.Single(_outbox.Results.All);
    }

    [Fact]
    public async Task A_stop_leaves_what_hangs_to_the_next_start()
    {
        _behaviour = (_, token) => ScriptedChannel.HangAsync(token);
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        _outbox.Add(page);
        await _scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the attempt");

        await StopAsync();

        Assert.Empty(_outbox.Results.All);
        _behaviour = (_, _) => Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(_scripted.Attempts.All[0].Id, _scripted.Attempts.All[1].Id);
    }

    /// <summary>The wall clock was set back by an hour while the service was down: decisions go on from their last time.</summary>
    [Fact]
    public async Task A_page_is_due_by_the_shards_time()
    {
        await StartAsync();
        var page = Given.Page(Given.To("push")) with { NotBefore = Given.Start.AddHours(1) };
        _outbox.Add(page);

        _signal.Committed(new TurnWrite { Turn = 2, At = Given.Start.AddHours(1) });
        _signal.Wake();

        await _scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "an attempt");
    }

    private static Delivery Urgent(int number, Priority priority)
    {
        var page = Given.Page(number, Given.To("push"));
        return page with { Text = page.Text with { Priority = priority } };
    }

    private MemoryOutbox OutboxOf(params Channel[] channels) => new(_clock, _signal, Given.Policy(channels));

    private Task StartAsync(IGrains? grains = null)
    {
        var options = Options.Create(_options);
        var sender = new Sender([_scripted, _webhook], options, _clock, new OutboxMetrics(_meter), NullLogger<Sender>.Instance);
        _dispatcher = new Dispatcher(
            _outbox, grains ?? _outbox, sender, _signal, options, _clock, NullLogger<Dispatcher>.Instance);
        return _dispatcher.StartAsync(CancellationToken.None);
    }

    /// <summary>Time moves on until the dispatcher has given up what is under way.</summary>
    private async Task StopAsync()
    {
        var stopping = _dispatcher!.StopAsync(CancellationToken.None);
        await Poll.UntilAsync(
            () =>
            {
                _clock.Advance(_options.StopTimeout);
                return stopping.IsCompleted;
            },
            Given.Deadline,
            () => "the dispatcher has stopped");
        await stopping;
    }

    private Task<(Guid Id, DeliveryState State)> EndOfAsync(Delivery page) =>
        _outbox.Ended.WaitForAsync(ended => ended.Id == page.Id, Given.Deadline, "the end of the page");

    private Task ResultsAsync(int count) => _outbox.Results.WaitForAsync(_ => true, count, Given.Deadline, $"{count} results");

    /// <summary>
    /// Waits until the next thing to come is this. Only then does time move, and only so far: else the loop, at work on
    /// another thread, reads a time in between.
    /// </summary>
    private Task ArmedAsync(DateTimeOffset due) => Poll.UntilAsync(
        () => _clock.NextDue == due, Given.Deadline, () => $"a timer at {due:T}, and the next is at {_clock.NextDue:T}");

    /// <summary>Nothing is due: the loop waits as long as it ever does.</summary>
    private Task IdleAsync() => ArmedAsync(_clock.GetUtcNow().AddSeconds(5));

    /// <summary>To when the page is attempted again, once the dispatcher waits for that.</summary>
    private async Task AdvanceToNextAsync(Delivery page)
    {
        var now = _clock.GetUtcNow();
        var next = (await _outbox.FindPendingAsync(page.Id, CancellationToken.None))!.NotBefore;
        await ArmedAsync(next);
        _clock.Advance(next - now);
    }

    private sealed class BrokenStoreException : DbException;

    /// <summary>Decides and then says it could not.</summary>
    private sealed class LosingGrains(IGrains grains, Func<bool> isLost) : IGrains
    {
        public PolicyVersion Policy => grains.Policy;

        public async ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, string? idempotencyKey = null)
        {
            var answer = await grains.SendAsync(to, command, commandClass, idempotencyKey);
            return isLost() ? throw new UnavailableException("The outcome is unknown", TimeSpan.FromSeconds(1)) : answer;
        }

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            grains.SendAsync(commands, commandClass);

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => grains.ReadAsync(grain);

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => grains.PolicyInForceAsync(cancellationToken);
    }
}
