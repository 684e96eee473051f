using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Outbox;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>A receiver that accepts and never answers: the pages fall to the next channel within the step.</summary>
public sealed class HangingChannelTests : DispatcherStory
{
    public HangingChannelTests() => Behaviour = (delivery, token) => delivery.Target.Channel == "push"
        ? ScriptedChannel.HangAsync(token)
        : Task.FromResult(ScriptedChannel.Delivered);

    [Fact]
    public async Task In_a_storm_every_page_reaches_the_next_channel_within_the_bound()
    {
        Settings.ParallelismPerChannel = 8;
        var pages = Enumerable.Range(1, 100).Select(n => Given.Page(n, Given.To("push"), Given.To("mail"))).ToArray();
        await StartAsync();
        Outbox.Add(pages);

        await TimeOutAsync(attempts: 8);
        await TimeOutAsync(attempts: 16);

        // The loop may give a place that is freed by the very step of time to a page for which it is not yet over: as
        // many as there are places may be under way still, and have their attempt.
        await Poll.UntilAsync(
            () => Outbox.Ended.All.Count == pages.Length - AttemptsBeyond(16),
            Given.Deadline,
            () => $"by mail {Outbox.Ended.All.Count} pages, and {AttemptsBeyond(16)} still under way");
        Assert.Equal(Given.Start + RetryRules.TimePerChannel, Clock.GetUtcNow());
        Assert.InRange(AttemptsBeyond(16), 0, Settings.ParallelismPerChannel);
        Clock.Advance(Settings.AttemptTimeout);
        await Outbox.Ended.WaitForAsync(_ => true, pages.Length, Given.Deadline, "every page by mail");

        Assert.All(Outbox.Ended.All, ended => Assert.Equal(DeliveryState.Delivered, ended.State));
        var passedOver = Outbox.Results.All.Where(r => r.Outcome == AttemptOutcome.NoPlace).ToList();
        Assert.NotEmpty(passedOver);
        Assert.All(passedOver, result => Assert.Equal(
            "Nothing was sent: it waited 30 seconds for a place on channel 'push', all of which were taken by other pages.",
            result.Detail));
    }

    [Fact]
    public async Task A_single_page_falls_over_after_its_second_attempt()
    {
        var page = Given.Page(Given.To("push"), Given.To("mail"));
        await StartAsync();
        Outbox.Add(page);

        await TimeOutAsync(attempts: 1);
        await AdvanceToNextAsync(page);
        await TimeOutAsync(attempts: 2);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.InRange(Clock.GetUtcNow() - Given.Start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
        Assert.Equal(["push", "push", "mail"], Scripted.Attempts.All.Select(d => d.Target.Channel));
    }

    [Fact]
    public async Task On_its_last_channel_a_page_waits_for_its_attempts()
    {
        var pages = Enumerable.Range(1, 20).Select(n => Given.Page(n, Given.To("push"))).ToArray();
        await StartAsync();
        Outbox.Add(pages);

        await TimeOutAsync(attempts: 8);
        await TimeOutAsync(attempts: 16);
        Behaviour = (_, _) => Task.FromResult(ScriptedChannel.Delivered);
        await Poll.UntilAsync(
            () =>
            {
                Clock.Advance(TimeSpan.FromMilliseconds(100));
                return Outbox.Ended.All.Count == pages.Length;
            },
            Given.Deadline,
            () => "the end of every page");

        Assert.All(Outbox.Ended.All, ended => Assert.Equal(DeliveryState.Delivered, ended.State));
    }

    /// <summary>They did not wait for the channel but for us: it gets its time first.</summary>
    [Fact]
    public async Task After_an_outage_the_pages_that_are_overdue_are_tried_on_their_channel()
    {
        var pages = Enumerable.Range(1, 20).Select(n => Given.Page(n, Given.To("push"), Given.To("mail"))).ToArray();
        Clock.Advance(TimeSpan.FromHours(1));
        Outbox.Add(pages);
        var answer = new TaskCompletionSource<AttemptResult>();
        Behaviour = (_, _) => answer.Task;
        await StartAsync();
        await Scripted.Attempts.WaitForAsync(_ => true, Settings.ParallelismPerChannel, Given.Deadline, "full places");
        await IdleAsync();

        answer.SetResult(ScriptedChannel.Delivered);

        await Outbox.Ended.WaitForAsync(_ => true, pages.Length, Given.Deadline, "every page");
        Assert.All(Scripted.Attempts.All, attempt => Assert.Equal("push", attempt.Target.Channel));
        Assert.DoesNotContain(Outbox.Results.All, result => result.Outcome == AttemptOutcome.NoPlace);
    }

    private int AttemptsBeyond(int count) => Scripted.Attempts.All.Count(d => d.Target.Channel == "push") - count;

    /// <summary>So many attempts were made: those under way come to no end in time.</summary>
    private async Task TimeOutAsync(int attempts)
    {
        await Scripted.Attempts.WaitForAsync(_ => true, attempts, Given.Deadline, $"{attempts} attempts");
        Clock.Advance(Settings.AttemptTimeout);
        await ResultsAsync(attempts);
    }
}
