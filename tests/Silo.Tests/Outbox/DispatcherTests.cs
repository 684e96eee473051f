using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class DispatcherTests : DispatcherStory
{
    [Fact]
    public async Task A_page_that_is_due_is_sent_and_its_result_told_to_the_incident()
    {
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        Outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(page, Assert.Single(Scripted.Attempts.All));
        Assert.Equal("arrived", Assert.Single(Outbox.Results.All).Detail);
    }

    [Fact]
    public async Task What_was_pending_before_the_start_is_sent()
    {
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);

        await StartAsync();

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task A_page_that_waited_until_quiet_hours_had_begun_is_not_sent_before_its_incident_has_said_so()
    {
        var asked = new List<IncidentCommand.Attempted>();
        Outbox = new MemoryOutbox(Clock, Signal, Given.Policy(Given.Channel("push", "scripted"), Given.Channel("mail", "email")) with
        {
            Teams = [new Team("ml-infra", "", "", [], "ladder") { QuietHours = [new QuietHours([Priority.P1], [new(599, 720)], "UTC", QuietMode.EmailOnly)] }],
        });
        Outbox.OnReport = attempted =>
        {
            asked.Add(attempted);
            return null;
        };
        var (late, wanted) = (Given.Page(1, Given.To("push"), Given.To("mail")), Given.Page(2, Given.To("push")) with { RingsInQuietHours = true });
        Outbox.Add(late, wanted);

        await StartAsync();
        await EndOfAsync(wanted);
        await EndOfAsync(late);

        Assert.Equal(
            "Nothing was sent: there are quiet hours of ml-infra until 2026-01-05 12:00 UTC, e-mail only.",
            asked.First(a => a.Delivery.Id == late.Id).Detail);
        Assert.DoesNotContain(
            Scripted.Attempts.All, attempt => attempt.Id == late.Id && attempt.Target.Channel == "push");
    }

    [Fact]
    public async Task A_page_that_was_answered_between_the_list_and_the_attempt_is_not_sent()
    {
        Outbox.OnFind = Outbox.Cancel;
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        Outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Cancelled), await EndOfAsync(page));
        await IdleAsync();
        Assert.Empty(Scripted.Attempts.All);
        Assert.Empty(Outbox.Results.All);
    }

    [Fact]
    public async Task What_a_receiver_asked_for_is_told_to_the_incident()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        sink.Answer("/busy", new SinkAnswer(503)
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = "7" },
        });
        Outbox = OutboxOf(Given.Channel("busy", "webhook", ("url", $"{sink.Url}/busy")));
        await StartAsync();

        Outbox.Add(Given.Page(Given.To("busy")));

        await ResultsAsync(1);
        Assert.Equal(TimeSpan.FromSeconds(7), Outbox.Results.All[0].RetryAfter);
    }

    [Fact]
    public async Task Retries_come_after_their_pause_with_the_same_key_and_the_last_falls_to_the_next_channel()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        sink.Answer("/one", new SinkAnswer(503));
        sink.Answer("/two", SinkAnswer.Drop, new SinkAnswer(200));
        Outbox = OutboxOf(
            Given.Channel("one", "webhook", ("url", $"{sink.Url}/one")),
            Given.Channel("two", "webhook", ("url", $"{sink.Url}/two")));
        await StartAsync();
        var page = Given.Page(Given.To("one"), Given.To("two"));

        Outbox.Add(page);
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
            Outbox.Results.All.Select(r => r.Outcome));
    }

    [Fact]
    public async Task A_channel_that_hangs_takes_its_own_places_and_delays_no_other()
    {
        Behaviour = (delivery, token) => delivery.Target.Channel == "push"
            ? ScriptedChannel.HangAsync(token)
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        var urgent = Enumerable.Range(1, 200).Select(n => Given.Page(n, Given.To("push"))).ToArray();
        var other = Given.Page(1000, Given.To("mail"));
        other = other with { Text = other.Text with { Priority = Priority.P5 } };

        Outbox.Add([.. urgent, other]);

        Assert.Equal((other.Id, DeliveryState.Delivered), await EndOfAsync(other));
        Assert.Equal(Settings.ParallelismPerChannel, Scripted.Attempts.All.Count(d => d.Target.Channel == "push"));
    }

    [Fact]
    public async Task When_all_places_are_taken_the_most_urgent_is_next()
    {
        Settings.Parallelism = 1;
        var first = new TaskCompletionSource<AttemptResult>();
        Behaviour = (delivery, _) => delivery.IncidentId == "incident-1"
            ? first.Task
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        Outbox.Add(Given.Page(1, Given.To("push")));
        await Scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the first attempt");

        Outbox.Add(
            Urgent(2, Priority.P4), Urgent(3, Priority.P1), Urgent(4, Priority.P3), Urgent(5, Priority.P2));
        first.SetResult(ScriptedChannel.Delivered);
        await ResultsAsync(5);

        Assert.Equal(
            [Priority.P1, Priority.P2, Priority.P3, Priority.P4],
            Scripted.Attempts.All.Skip(1).Select(d => d.Text.Priority));
    }

    [Fact]
    public async Task A_storm_is_drained_within_the_bounds_and_nothing_is_sent_twice()
    {
        Behaviour = async (_, _) =>
        {
            await Task.Yield();
            return ScriptedChannel.Delivered;
        };
        await StartAsync();

        Outbox.Add([.. Enumerable.Range(1, 2000).Select(n => Given.Page(n, Given.To(n % 2 == 0 ? "push" : "mail")))]);
        await Outbox.Ended.WaitForAsync(_ => true, 2000, Given.Deadline, "the end of every page");

        Assert.Equal(2000, Scripted.Attempts.All.Select(d => d.Id).Distinct().Count());
        Assert.Equal(2000, Scripted.Attempts.All.Count);
        Assert.InRange(Scripted.Most, 1, 2 * Settings.ParallelismPerChannel);
    }

    [Fact]
    public async Task However_often_it_is_woken_one_page_has_one_attempt_at_a_time()
    {
        var answer = new TaskCompletionSource<AttemptResult>();
        Behaviour = (_, _) => answer.Task;
        await StartAsync();
        Outbox.Add(Given.Page(1, Given.To("push")));
        await Scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the attempt");

        for (var n = 2; n <= 5; n++)
        {
            Outbox.Add(Given.Page(n, Given.To("mail")));
            await Scripted.Attempts.WaitForAsync(
                d => d.IncidentId == $"incident-{n}", Given.Deadline, $"an attempt of page {n}");
        }

        Assert.Single(Scripted.Attempts.All, d => d.IncidentId == "incident-1");
        answer.SetResult(ScriptedChannel.Delivered);
        await ResultsAsync(5);
    }

    [Fact]
    public async Task A_stop_begins_nothing_and_waits_for_what_is_under_way()
    {
        var answer = new TaskCompletionSource<AttemptResult>();
        Behaviour = (_, _) => answer.Task;
        await StartAsync();
        Outbox.Add(Given.Page(1, Given.To("push")));
        await Scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the attempt");

        var stopping = BeginStopAsync();
        Outbox.Add(Given.Page(2, Given.To("push")));
        await ArmedAsync(Given.Start + Settings.StopTimeout);
        Assert.False(stopping.IsCompleted);
        answer.SetResult(ScriptedChannel.Delivered);
        await stopping.WaitAsync(Given.Deadline);

        Assert.Equal("incident-1", Assert.Single(Scripted.Attempts.All).IncidentId);
        Assert.Single(Outbox.Results.All);
    }

    [Fact]
    public async Task A_stop_leaves_what_hangs_to_the_next_start()
    {
        Behaviour = (_, token) => ScriptedChannel.HangAsync(token);
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);
        await Scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "the attempt");

        await StopAsync();

        Assert.Empty(Outbox.Results.All);
        Behaviour = (_, _) => Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(Scripted.Attempts.All[0].Id, Scripted.Attempts.All[1].Id);
    }

    /// <summary>
    /// The wall clock was set back by an hour while the service was down: decisions go on from their last time.
    /// </summary>
    [Fact]
    public async Task A_page_is_due_by_the_shards_time()
    {
        await StartAsync();
        var page = Given.Page(Given.To("push")) with { NotBefore = Given.Start.AddHours(1) };
        Outbox.Add(page);

        Signal.Committed(new TurnWrite { Turn = 2, At = Given.Start.AddHours(1) });
        Signal.Wake();

        await Scripted.Attempts.WaitForAsync(_ => true, Given.Deadline, "an attempt");
    }

    [Fact]
    public async Task Quiet_hours_begin_by_the_shards_time_too()
    {
        Outbox = new MemoryOutbox(Clock, Signal, Given.Policy(Given.Channel("push", "scripted")) with
        {
            Teams = [new Team("ml-infra", "", "", [], "ladder") { QuietHours = [new QuietHours([Priority.P1], [new(659, 720)], "UTC", QuietMode.Suppress)] }],
        });
        await StartAsync();
        var page = Given.Page(Given.To("push")) with { NotBefore = Given.Start.AddHours(1) };
        Outbox.Add(page);

        Signal.Committed(new TurnWrite { Turn = 2, At = Given.Start.AddHours(1) });
        Signal.Wake();

        Assert.Equal((page.Id, DeliveryState.Failed), await EndOfAsync(page));
        Assert.Empty(Scripted.Attempts.All);
    }

    private static Delivery Urgent(int number, Priority priority)
    {
        var page = Given.Page(number, Given.To("push"));
        return page with { Text = page.Text with { Priority = priority } };
    }
}
