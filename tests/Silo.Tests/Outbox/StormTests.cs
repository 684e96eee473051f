using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Outbox;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>Much at a time for one person comes as few messages, and no page is lost in them.</summary>
public sealed class StormTests : DispatcherStory
{
    public StormTests() => Scripted.Gathers = true;

    [Fact]
    public async Task The_first_pages_sound_at_once_and_the_others_come_as_one_message()
    {
        var pages = await StormAsync(200);

        Assert.Equal(
            pages.Take(Storms.Calm).Select(p => p.Id).Order(),
            Scripted.Attempts.All.Take(Storms.Calm).Select(d => d.Id).Order());
        Assert.Equal(Storms.Calm + 1, Scripted.Attempts.All.Count);
        var summary = Scripted.Attempts.All[^1];
        Assert.Equal(PageEvents.Summary, summary.Text.Event);
        Assert.StartsWith("197 more incidents: ", summary.Text.Title, StringComparison.Ordinal);
        Assert.Contains("and 177 more", summary.Text.Body, StringComparison.Ordinal);
        Assert.Equal(Given.Start + Storms.Pause, Clock.GetUtcNow());
    }

    [Fact]
    public async Task Each_page_of_a_message_has_its_own_result()
    {
        var pages = await StormAsync(50);

        Assert.Equal(pages.Select(p => p.Id).Order(), Outbox.Ended.All.Select(e => e.Id).Order());
        Assert.All(Outbox.Ended.All, ended => Assert.Equal(DeliveryState.Delivered, ended.State));
        Assert.Equal(
            "arrived, in one message of 47 pages.",
            Assert.Single(Outbox.Results.All.Skip(Storms.Calm).Select(r => r.Detail).Distinct()));
        Assert.All(Outbox.Results.All.Skip(Storms.Calm), r => Assert.Equal(PageEvents.Page, r.Delivery.Text.Event));
    }

    [Fact]
    public async Task What_is_more_urgent_than_all_before_does_not_wait()
    {
        await StartAsync();
        Outbox.Add(Pages(1, 20, Priority.P3));
        await ResultsAsync(Storms.Calm);
        await ArmedAsync(Given.Start + TimeSpan.FromSeconds(5));

        var urgent = Assert.Single(Pages(100, 1, Priority.P1));
        Outbox.Add(urgent);

        Assert.Equal((urgent.Id, DeliveryState.Delivered), await EndOfAsync(urgent));
        Assert.Equal(Given.Start, Clock.GetUtcNow());
    }

    [Fact]
    public async Task Others_on_the_same_channel_are_paged_at_once()
    {
        await StartAsync();
        Outbox.Add(Pages(1, 2_000, Priority.P1));
        await ResultsAsync(Storms.Calm);

        var other = Given.Page(5_000, Given.To("push")) with { Who = "bob@example.org" };
        other = other with { Text = other.Text with { Priority = Priority.P5 } };
        Outbox.Add(other);

        Assert.Equal((other.Id, DeliveryState.Delivered), await EndOfAsync(other));
        Assert.Equal(Given.Start, Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_page_that_is_attempted_again_is_still_one_message()
    {
        Behaviour = (delivery, _) => Task.FromResult(
            delivery.IncidentId == "incident-1" ? ScriptedChannel.Failed : ScriptedChannel.Delivered);
        await StartAsync();
        var failing = Given.Page(1, Given.To("push"));
        Outbox.Add(failing);
        for (var attempts = 1; attempts < RetryRules.AttemptsPerChannel; attempts++)
        {
            await ResultsAsync(attempts);
            await AdvanceToNextAsync(failing);
        }

        await EndOfAsync(failing);
        var others = Pages(2, Storms.Calm - 1, Priority.P1);
        var failed = Clock.GetUtcNow();
        Outbox.Add(others);

        await Outbox.Ended.WaitForAsync(_ => true, Storms.Calm, Given.Deadline, "the end of every page");
        Assert.Equal(failed, Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_message_that_fails_leaves_each_page_to_its_next_contact()
    {
        Behaviour = (delivery, _) => Task.FromResult(
            delivery.Target.Channel == "push" && delivery.Text.Event == PageEvents.Summary
                ? new AttemptResult(AttemptOutcome.Rejected, "too long.")
                : ScriptedChannel.Delivered);
        await StartAsync();
        var pages = Enumerable.Range(1, 6).Select(n => Given.Page(n, Given.To("push"), Given.To("mail"))).ToArray();
        Outbox.Add(pages);
        await ResultsAsync(Storms.Calm);

        await PassAsync(Storms.Pause);
        await Outbox.Ended.WaitForAsync(_ => true, pages.Length, Given.Deadline, "every page");

        Assert.Equal(
            pages.Skip(Storms.Calm).Select(p => p.Id).Order(),
            Scripted.Attempts.All.Where(d => d.Target.Channel == "mail").Select(d => d.Id).Order());
    }

    [Fact]
    public async Task What_was_answered_meanwhile_is_not_in_the_message()
    {
        await StartAsync();
        var pages = Pages(1, 6, Priority.P2);
        Outbox.Add(pages);
        await ResultsAsync(Storms.Calm);
        var answered = pages.First(p => Outbox.Ended.All.All(e => e.Id != p.Id));
        Outbox.Cancel(answered.Id);

        await PassAsync(Storms.Pause);
        await ResultsAsync(5);

        Assert.StartsWith("2 more incidents: ", Scripted.Attempts.All[^1].Text.Title, StringComparison.Ordinal);
        Assert.DoesNotContain(Outbox.Results.All, r => r.Delivery.Id == answered.Id);
    }

    [Fact]
    public async Task Digests_of_one_person_come_as_one_message_and_count_as_no_storm()
    {
        await StartAsync();
        var digests = Pages(1, 5, Priority.P4)
            .Select(p => p with { Text = p.Text with { Event = PageEvents.Digest } })
            .ToArray();
        Outbox.Add([.. digests, .. Pages(10, 2, Priority.P4)]);
        await Outbox.Ended.WaitForAsync(_ => true, 7, Given.Deadline, "the end of every page");

        var message = Assert.Single(Scripted.Attempts.All, d => d.Text.Event == PageEvents.Summary);
        Assert.StartsWith("5 incidents came and went in quiet hours: ", message.Text.Title, StringComparison.Ordinal);
        Assert.Equal(2, Scripted.Attempts.All.Count(d => d.Text.Event == PageEvents.Page));
    }

    [Fact]
    public async Task What_becomes_of_a_message_is_told_to_the_first_of_its_pages_which_knows_the_others()
    {
        Behaviour = (_, _) => Task.FromResult(ScriptedChannel.Delivered with { MayFailLater = true });

        await StormAsync(6);

        var gathered = Outbox.Results.All.Skip(Storms.Calm).ToList();
        var first = Assert.Single(gathered, r => r.Together.Count > 0);
        Assert.Equal(first.Delivery.Id, first.Together[0].PageId);
        Assert.Equal(gathered.Select(r => r.Delivery.Id).Order(), first.Together.Select(p => p.PageId).Order());
        Assert.All(Outbox.Results.All.Take(Storms.Calm), r => Assert.Empty(r.Together));
        Assert.Equal(first.Together, Scripted.Attempts.All[^1].Pages);
    }

    /// <summary>Else a gathered page would go to the next contact while its message is on its way.</summary>
    [Fact]
    public void Gathering_is_shorter_than_the_time_on_a_channel() =>
        Assert.True(Storms.Pause + TimeSpan.FromSeconds(10) < RetryRules.TimePerChannel);

    private static Delivery[] Pages(int from, int count, Priority priority) =>
    [
        .. Enumerable.Range(from, count).Select(n => Given.Page(n, Given.To("push")))
            .Select(p => p with { Text = p.Text with { Priority = priority } }),
    ];

    private async Task<Delivery[]> StormAsync(int count)
    {
        await StartAsync();
        var pages = Pages(1, count, Priority.P2);
        Outbox.Add(pages);
        await ResultsAsync(Storms.Calm);
        await PassAsync(Storms.Pause);
        await Outbox.Ended.WaitForAsync(_ => true, count, Given.Deadline, "the end of every page");
        return pages;
    }

    /// <summary>The loop looks at least every few seconds, and is waited for each time.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        var end = Clock.GetUtcNow() + time;
        while (Clock.GetUtcNow() < end)
        {
            var next = Clock.GetUtcNow() + TimeSpan.FromSeconds(5);
            await ArmedAsync(next < end ? next : end);
            Clock.Advance((next < end ? next : end) - Clock.GetUtcNow());
        }
    }
}
