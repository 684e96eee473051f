using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class DispatcherFaultTests : DispatcherStory
{
    [Theory]
    [InlineData(
        "fax", "There is no channel 'fax': add it under 'channels', or change the contacts of ann@example.org.")]
    [InlineData("pigeon", "Channel 'pigeon' is of the unknown type 'pigeon': its 'type' must be scripted or webhook.")]
    [InlineData("wrong", "Channel 'wrong': 'unknwon' is unknown; allowed are known.")]
    public async Task A_channel_that_is_not_configured_rightly_is_rejected_and_the_next_is_tried(
        string channel, string why)
    {
        await StartAsync();
        var page = Given.Page(Given.To(channel), Given.To("mail"));

        Outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal((AttemptOutcome.Rejected, why), (Outbox.Results.All[0].Outcome, Outbox.Results.All[0].Detail));
        Assert.Equal("mail", Assert.Single(Scripted.Attempts.All).Target.Channel);
    }

    [Fact]
    public async Task Somebody_who_cannot_be_reached_at_all_is_a_page_that_failed()
    {
        await StartAsync();
        var page = Given.Page();

        Outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Failed), await EndOfAsync(page));
    }

    [Fact]
    public async Task A_channel_that_throws_is_a_failure_like_others()
    {
        Behaviour = (delivery, _) => delivery.Attempts == 0 && delivery.IncidentId == "incident-1"
            ? throw new InvalidOperationException("a mistake")
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        Outbox.Add(page);
        await ResultsAsync(1);
        await AdvanceToNextAsync(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_ended_as_unknown()
    {
        Settings.AttemptTimeout = TimeSpan.FromSeconds(2);
        Behaviour = (delivery, token) => delivery.Attempts == 0
            ? ScriptedChannel.HangAsync(token)
            : Task.FromResult(ScriptedChannel.Delivered);
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);

        await ArmedAsync(Given.Start + Settings.AttemptTimeout);
        Clock.Advance(Settings.AttemptTimeout);
        await ResultsAsync(1);
        await AdvanceToNextAsync(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Equal(AttemptOutcome.Unknown, Outbox.Results.All[0].Outcome);
    }

    [Fact]
    public async Task A_page_that_arrived_is_not_sent_again_while_its_result_cannot_be_stored()
    {
        var refusals = 0;
        Outbox.OnReport = _ => ++refusals <= 3
            ? throw new UnavailableException("The disk is full", TimeSpan.FromSeconds(2))
            : null;
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);

        for (var second = 1; second <= 3; second++)
        {
            await ArmedAsync(Given.Start.AddSeconds(second));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Single(Scripted.Attempts.All);
        Assert.Single(Outbox.Results.All);
    }

    [Fact]
    public async Task Pages_go_out_while_earlier_results_cannot_be_stored()
    {
        Outbox.OnReport = _ => throw new UnavailableException("The disk is full", TimeSpan.FromSeconds(2));
        await StartAsync();

        Outbox.Add([.. Enumerable.Range(1, 100).Select(n => Given.Page(n, Given.To("push")))]);

        await Scripted.Attempts.WaitForAsync(_ => true, 100, Given.Deadline, "an attempt of every page");
    }

    /// <summary>The answer got lost: the decision had been made, and must not count twice.</summary>
    [Fact]
    public async Task A_result_told_twice_counts_once()
    {
        var lost = false;
        Behaviour = (delivery, _) => Task.FromResult(
            delivery.Attempts == 0 ? ScriptedChannel.Failed : ScriptedChannel.Delivered);
        await StartAsync(new LosingGrains(Outbox, () => !lost && (lost = true)));
        var page = Given.Page(Given.To("push"));

        Outbox.Add(page);
        await Poll.UntilAsync(
            () =>
            {
                Clock.Advance(TimeSpan.FromMilliseconds(100));
                return Outbox.Ended.All.Count > 0;
            },
            Given.Deadline,
            () => "the page was delivered by its second attempt");

        Assert.Equal([0, 1], Outbox.Results.All.Select(r => r.Delivery.Attempts));
        Assert.True(lost);
    }

    [Theory]
    [InlineData(Outcome.Refused)]
    [InlineData(Outcome.Poison)]
    public async Task A_result_the_incident_does_not_take_is_told_again_and_the_page_not_sent_again(Outcome outcome)
    {
        var reports = 0;
        Outbox.OnReport = _ => ++reports == 1 ? MemoryOutbox.Answered(outcome) : null;
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);

        await ArmedAsync(Given.Start.AddSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.Single(Scripted.Attempts.All);
    }

    [Fact]
    public async Task An_outbox_that_cannot_be_read_is_read_again()
    {
        Outbox.Broken = new BrokenStoreException();
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);
        await StartAsync();
        await ArmedAsync(Given.Start.AddSeconds(1));

        Outbox.Broken = null;
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task A_page_that_was_answered_while_the_process_stood_still_is_not_sent()
    {
        var readings = 0;
        Outbox.OnFind = id =>
        {
            if (++readings == 1)
            {
                // Stopped between the store's answer and the attempt; by the next reading somebody has acknowledged.
                Clock.Advance(TimeSpan.FromMinutes(10));
            }
            else
            {
                Outbox.Cancel(id);
            }
        };
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        Outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Cancelled), await EndOfAsync(page));
        await IdleAsync();
        Assert.Empty(Scripted.Attempts.All);
    }

    [Fact]
    public async Task A_store_that_always_answers_slowly_keeps_no_page()
    {
        Outbox.OnFind = _ => Clock.Advance(TimeSpan.FromSeconds(4));
        await StartAsync();
        var page = Given.Page(Given.To("push"));

        Outbox.Add(page);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    [Fact]
    public async Task Nothing_is_sent_while_the_store_is_not_held_and_a_turn_is_asked_for_to_take_it_again()
    {
        var turns = 0;
        Outbox.OnFind = _ => throw new StoreNotHeldException("It is another's");
        Outbox.OnTurn = () => turns++;
        await StartAsync();
        var page = Given.Page(Given.To("push"));
        Outbox.Add(page);
        await ArmedAsync(Given.Start.AddSeconds(1));
        Assert.Empty(Scripted.Attempts.All);
        Assert.Equal(1, turns);

        Outbox.OnFind = _ => { };
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
    }

    private sealed class BrokenStoreException : DbException;

    /// <summary>Decides and then says it could not.</summary>
    private sealed class LosingGrains(IGrains grains, Func<bool> isLost) : IGrains
    {
        public PolicyVersion Policy => grains.Policy;

        public async ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null)
        {
            var answer = await grains.SendAsync(to, command, commandClass, retry);
            return isLost()
                ? throw new UnavailableException("The outcome is unknown", TimeSpan.FromSeconds(1))
                : answer;
        }

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            grains.SendAsync(commands, commandClass);

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => grains.ReadAsync(grain);

        public Task PolicyInForceAsync(CancellationToken cancellationToken) =>
            grains.PolicyInForceAsync(cancellationToken);
    }
}
