using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>What changes a message never stands before what wakes somebody.</summary>
public sealed class UpdateLaneTests : DispatcherStory
{
    [Fact]
    public async Task Updates_that_hang_take_no_place_from_pages()
    {
        var hanging = new TaskCompletionSource<Correlation.Silo.Outbox.AttemptResult>();
        Settings.ParallelismPerChannel = 8;
        Behaviour = (delivery, _) => delivery.Updates is null ? Task.FromResult(ScriptedChannel.Delivered) : hanging.Task;
        await StartAsync();
        Outbox.Add([.. Enumerable.Range(100, 50).Select(Update)]);
        await Scripted.Attempts.WaitForAsync(_ => true, 2, Given.Deadline, "updates under way");

        var pages = Enumerable.Range(1, 20).Select(n => Given.Page(n, Given.To("push"))).ToArray();
        Outbox.Add(pages);
        await Outbox.Ended.WaitForAsync(_ => true, pages.Length, Given.Deadline, "every page");

        Assert.Equal(2, Scripted.Attempts.All.Count(d => d.Updates is not null));
        hanging.SetResult(ScriptedChannel.Delivered);
        await Outbox.Ended.WaitForAsync(_ => true, 70, Given.Deadline, "the updates as well");
    }

    [Fact]
    public async Task Of_what_waits_the_least_urgent_page_goes_before_an_update()
    {
        Settings.Parallelism = 1;
        var update = Update(1);
        var page = Given.Page(2, Given.To("push"));
        Outbox.Add(update, page with { Text = page.Text with { Priority = Priority.P5 } });

        await StartAsync();
        await Outbox.Ended.WaitForAsync(_ => true, 2, Given.Deadline, "both");

        Assert.Equal([page.Id, update.Id], Scripted.Attempts.All.Select(d => d.Id));
    }

    private static Delivery Update(int number) =>
        Given.Page(number, Given.To("push")) with { Updates = "C1/1", MovesOnAt = null };
}
