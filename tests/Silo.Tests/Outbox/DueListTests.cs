using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>More is due than may begin: it is read seldom, and nothing that is added waits behind what was read.</summary>
public sealed class DueListTests : DispatcherStory
{
    [Fact]
    public async Task Results_do_not_have_a_long_queue_read_anew()
    {
        (Settings.Parallelism, Settings.ParallelismPerChannel) = (64, 1);
        var lists = 0;
        Outbox.OnListed = _ =>
        {
            lists++;
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        };
        Behaviour = async (_, _) =>
        {
            await Task.Yield();
            return ScriptedChannel.Delivered;
        };
        await StartAsync();

        Outbox.Add([.. Enumerable.Range(1, 640).Select(n => Given.Page(n, Given.To("push")))]);

        await Outbox.Ended.WaitForAsync(_ => true, 640, Given.Deadline, "the end of every page");
        Assert.Equal(640, Outbox.Results.All.Select(result => result.Delivery.Id).Distinct().Count());
        Assert.InRange(lists, 10, 60);
    }

    [Fact]
    public async Task What_is_added_or_comes_due_goes_before_what_was_read()
    {
        Settings.ParallelismPerChannel = 1;
        var places = new SemaphoreSlim(0);
        Behaviour = async (_, token) =>
        {
            await places.WaitAsync(token);
            return ScriptedChannel.Delivered;
        };
        var later = PageOf(100, Priority.P1) with { NotBefore = Given.Start.AddSeconds(1) };
        await StartAsync();
        Outbox.Add([later, .. Enumerable.Range(1, 20).Select(n => PageOf(n, Priority.P3))]);
        await Scripted.Attempts.WaitForAsync(_ => true, 1, Given.Deadline, "the first attempt");
        places.Release();
        await Scripted.Attempts.WaitForAsync(_ => true, 2, Given.Deadline, "the second, of what was read with it");

        var added = PageOf(101, Priority.P2);
        Outbox.Add(added);
        places.Release();
        await Scripted.Attempts.WaitForAsync(_ => true, 3, Given.Deadline, "the third attempt");
        Clock.Advance(TimeSpan.FromSeconds(1));
        places.Release();
        await Scripted.Attempts.WaitForAsync(_ => true, 4, Given.Deadline, "the fourth attempt");
        places.Release(100);

        Assert.Equal([added.Id, later.Id], Scripted.Attempts.All.Skip(2).Take(2).Select(d => d.Id));
    }

    [Fact]
    public async Task A_place_that_is_free_again_is_for_what_was_left_out_as_its_channel_was_full()
    {
        (Settings.Parallelism, Settings.ParallelismPerChannel) = (3, 2);
        var places = new SemaphoreSlim(0);
        Behaviour = async (delivery, token) =>
        {
            await (delivery.Target.Channel == "push" ? places.WaitAsync(token) : Task.Delay(Timeout.Infinite, token));
            return ScriptedChannel.Delivered;
        };
        await StartAsync();
        Outbox.Add([.. Enumerable.Range(1, 4).Select(n => PageOf(n, Priority.P1))]);
        await Scripted.Attempts.WaitForAsync(_ => true, 2, Given.Deadline, "full places of the urgent ones");
        Outbox.Add([.. Enumerable.Range(5, 5).Select(n => PageOf(n, Priority.P3, "mail"))]);
        await Scripted.Attempts.WaitForAsync(_ => true, 3, Given.Deadline, "the last place");

        places.Release();

        await Scripted.Attempts.WaitForAsync(_ => true, 4, Given.Deadline, "the place that is free again");
        Assert.Equal(Priority.P1, Scripted.Attempts.All[3].Text.Priority);
    }

    [Theory]
    [InlineData(10, 40, false)]
    [InlineData(1_000, 100, false)]
    [InlineData(10, 40, true)]
    public async Task A_long_queue_behind_a_full_channel_is_not_searched_again_at_once(int took, int rests, bool fails)
    {
        Settings.Parallelism = 64;
        var searches = 0;
        HangPush(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(took));
            searches++;
            if (fails && searches == 1)
            {
                throw new StoreNotHeldException("The read was cut off.");
            }
        });
        await StartAsync();
        Outbox.Add([.. Enumerable.Range(1, 200).Select(n => Given.Page(n, Given.To("push")))]);
        await Poll.UntilAsync(() => searches > 0, Given.Deadline, () => "a search past the full channel");

        var other = Given.Page(1000, Given.To("mail"));
        Outbox.Add(other);
        await ArmedAsync(Clock.GetUtcNow().AddMilliseconds(rests));

        Assert.Equal(1, searches);
        Clock.Advance(TimeSpan.FromMilliseconds(rests));
        await EndOfAsync(other);
    }

    [Fact]
    public async Task A_place_that_is_free_again_waits_for_no_search_past_another_channel()
    {
        Settings.Parallelism = 64;
        var searched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        HangPush(() => Clock.Advance(TimeSpan.FromMilliseconds(10)));
        var push = (Listed: Outbox.OnListed, Behaviour);
        Outbox.OnListed = full =>
        {
            push.Listed(full);
            if (full.Contains("push") && full.Contains("mail"))
            {
                searched.TrySetResult();
            }
        };
        Behaviour = async (delivery, token) =>
        {
            await searched.Task.WaitAsync(token);
            return await push.Behaviour(delivery, token);
        };
        await StartAsync();
        Delivery[] quick = [.. Enumerable.Range(1000, 200).Select(n => Given.Page(n, Given.To("mail")))];

        Outbox.Add([.. Enumerable.Range(1, 200).Select(n => Given.Page(n, Given.To("push"))), .. quick]);

        await Outbox.Ended.WaitForAsync(_ => true, quick.Length, Given.Deadline, "the end of every quick page");
    }

    /// <param name="searched">Once something was looked for past it.</param>
    private void HangPush(Action searched)
    {
        Outbox.OnListed = full =>
        {
            if (full.Contains("push"))
            {
                searched();
            }
        };
        Behaviour = (delivery, token) => delivery.Target.Channel == "push"
            ? ScriptedChannel.HangAsync(token)
            : Task.FromResult(ScriptedChannel.Delivered);
    }

    private static Delivery PageOf(int number, Priority priority, string channel = "push")
    {
        var page = Given.Page(number, Given.To(channel));
        return page with { Text = page.Text with { Priority = priority } };
    }
}
