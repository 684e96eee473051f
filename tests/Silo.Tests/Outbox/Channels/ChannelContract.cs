using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

/// <summary>How the other end of a channel may let us down.</summary>
public enum Trouble
{
    NobodyListens,
    Busy,
    Broken,
    TakesItAndHangs,
    TakesItAndHangsUp,
    BreaksOffItsAnswer,
}

/// <summary>
/// What every channel keeps, whatever the other end does: the person is reached by the next means in time, nobody waits
/// for somebody else's channel, the timeline tells, and no secret shows.
/// </summary>
public abstract class ChannelContract : DispatcherStory
{
    /// <summary>The channel, configured to reach its peer, under the name "tested".</summary>
    private protected abstract Channel Configured { get; }

    private protected abstract IChannel Tested { get; }

    /// <summary>None of these may be read in what is told to people.</summary>
    private protected abstract IReadOnlyList<string> Secrets { get; }

    /// <summary>What arrived at the peer and was taken by it.</summary>
    private protected abstract int Taken { get; }

    private protected static DeliveryTarget Target => Given.To("tested");

    [Fact]
    public async Task A_page_arrives()
    {
        var result = await SendAsync(Configured);

        Assert.True(result.Outcome == AttemptOutcome.Delivered, result.Detail);
        Assert.Equal(1, Taken);
        Told(result.Detail);
    }

    [Theory]
    [InlineData("<!channel> \"&\u0007[a](http://x) *b* \n\U0001F525 ")]
    [InlineData("&")]
    [InlineData("[")]
    [InlineData("\u6a21")]
    [InlineData("\U0001F525")]
    [InlineData("\u0007")]
    public async Task A_page_of_long_strange_words_arrives(string word)
    {
        var page = Given.Page(Target);
        var words = string.Concat(Enumerable.Repeat(word, 90_000 / word.Length));
        var text = page.Text with { Title = words, Body = words, Entity = words, Kind = words, Runbook = words };

        var result = await SendAsync(Configured, page with { Text = text });

        Assert.True(result.Outcome == AttemptOutcome.Delivered, result.Detail);
    }

    [Fact]
    public void Its_settings_are_right_and_an_unknown_one_is_named()
    {
        var settings = Configured.Settings;

        Assert.Empty(Tested.Check(settings));
        var fault = Assert.Single(Tested.Check(Labels.From(settings.Append(new("unknwon", "x")))));
        Assert.Equal("unknwon", fault.Key);
    }

    [Theory]
    [InlineData(Trouble.NobodyListens)]
    [InlineData(Trouble.Busy)]
    [InlineData(Trouble.Broken)]
    [InlineData(Trouble.TakesItAndHangs)]
    [InlineData(Trouble.TakesItAndHangsUp)]
    [InlineData(Trouble.BreaksOffItsAnswer)]
    public async Task The_person_is_reached_by_the_next_means_in_time(Trouble trouble)
    {
        var channel = await MakeAsync(trouble);
        var page = Given.Page(Target, Given.To("mail"));
        await StartAsync(channel);
        Outbox.Add(page);

        await UntilItMovesOnAsync(page, trouble);

        Assert.Equal((page.Id, DeliveryState.Delivered), await EndOfAsync(page));
        Assert.InRange(
            Clock.GetUtcNow() - Given.Start, TimeSpan.Zero, RetryRules.TimePerChannel + TimeSpan.FromSeconds(2));
        var results = Outbox.Results.All.Where(result => result.Delivery.Target.Channel == "tested").ToList();
        Assert.NotEmpty(results);
        Assert.All(results, result => Told(result.Detail));

        // Where the status says all, an answer that breaks off after it takes nothing away.
        var arrived = trouble == Trouble.BreaksOffItsAnswer &&
            results.Exists(result => result.Outcome == AttemptOutcome.Delivered);
        Assert.Equal(arrived ? [] : ["mail"], Scripted.Attempts.All.Select(attempt => attempt.Target.Channel));
    }

    [Fact]
    public async Task Nobody_waits_for_a_peer_that_hangs()
    {
        var channel = await MakeAsync(Trouble.TakesItAndHangs);
        var others = Enumerable.Range(100, 20).Select(n => Given.Page(n, Given.To("mail"))).ToArray();
        await StartAsync(channel);
        Outbox.Add([.. Enumerable.Range(1, 20).Select(n => Given.Page(n, Target)), .. others]);

        await Outbox.Ended.WaitForAsync(_ => true, others.Length, Given.Deadline, "the pages by mail");

        Assert.Equal(Given.Start, Clock.GetUtcNow());
        Assert.Equal(others.Select(p => p.Id).Order(), Outbox.Ended.All.Select(e => e.Id).Order());
    }

    /// <summary>Makes the peer behave so, and says how it is reached then.</summary>
    private protected abstract Task<Channel> MakeAsync(Trouble trouble);

    /// <summary>So many attempts have come to the peer that hangs.</summary>
    private protected abstract Task SeenAsync(int attempts);

    private protected Task<AttemptResult> SendAsync(Channel channel) => SendAsync(channel, Given.Page(Target));

    private protected async Task<AttemptResult> SendAsync(Channel channel, Delivery page)
    {
        using var timeout = new CancellationTokenSource(Given.Deadline);
        return await Tested.SendAsync(channel, page.Target, page, timeout.Token);
    }

    private protected void Told(string detail)
    {
        Assert.InRange(detail.Length, 10, 400);
        Assert.DoesNotContain(detail, char.IsControl);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, detail, StringComparison.Ordinal));
    }

    private protected Task StartAsync(Channel channel)
    {
        Real = [Tested];
        Outbox = OutboxOf(channel, Given.Channel("mail", "scripted"));
        return StartAsync();
    }

    private async Task UntilItMovesOnAsync(Delivery page, Trouble trouble)
    {
        for (var attempts = 1; ; attempts++)
        {
            if (trouble == Trouble.TakesItAndHangs)
            {
                await SeenAsync(attempts);
                Clock.Advance(Settings.AttemptTimeout);
            }

            await ResultsAsync(attempts);
            var pending = await Outbox.FindPendingAsync(page.Id, CancellationToken.None);
            if (pending?.Target.Channel != "tested")
            {
                return;
            }

            await AdvanceToNextAsync(page);
        }
    }
}
