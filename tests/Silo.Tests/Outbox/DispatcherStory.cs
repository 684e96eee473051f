using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Shards;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>A dispatcher with an outbox in memory, channels that do as told, and time that the test moves.</summary>
public abstract class DispatcherStory : IAsyncLifetime, IDisposable
{
    private readonly Meter _meter = new("test");
    private Dispatcher? _dispatcher;

    protected DispatcherStory()
    {
        Http = new ChannelHttp(Clock);
        Real = [new WebhookChannel(Clock, Http, Given.NoLinks)];
        Scripted = new ScriptedChannel((delivery, token) => Behaviour(delivery, token));
        Outbox = OutboxOf(
            Given.Channel("push", "scripted"), Given.Channel("mail", "scripted"), Given.Channel("pigeon", "pigeon"),
            Given.Channel("wrong", "scripted", ("unknwon", "x")));
    }

    private protected ManualClock Clock { get; } = new(Given.Start);

    private protected OutboxSignal Signal { get; } = new();

    private protected OutboxOptions Settings { get; } = new();

    private protected ChannelHttp Http { get; }

    private protected ScriptedChannel Scripted { get; }

    /// <summary>Channels that do what they do.</summary>
    private protected IReadOnlyList<IChannel> Real { get; set; }

    /// <summary>What the scripted channel does with an attempt.</summary>
    private protected Func<Delivery, CancellationToken, Task<AttemptResult>> Behaviour { get; set; } =
        (_, _) => Task.FromResult(ScriptedChannel.Delivered);

    private protected MemoryOutbox Outbox { get; set; }

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
        Http.Dispose();
        _meter.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected MemoryOutbox OutboxOf(params Channel[] channels) => new(Clock, Signal, Given.Policy(channels));

    private protected Task BeginStopAsync() => _dispatcher!.StopAsync(CancellationToken.None);

    private protected Task StartAsync(IGrains? grains = null)
    {
        var options = Options.Create(Settings);
        var sender = new Sender(
            [Scripted, .. Real], options, Clock, new OutboxMetrics(_meter), new ChannelHealth(Clock),
            NullLogger<Sender>.Instance);
        _dispatcher = new Dispatcher(
            Outbox, grains ?? Outbox, sender, Signal, new Hold(), options, Clock, NullLogger<Dispatcher>.Instance);
        return _dispatcher.StartAsync(CancellationToken.None);
    }

    /// <summary>Time moves on until the dispatcher has given up what is under way.</summary>
    private protected async Task StopAsync()
    {
        var stopping = BeginStopAsync();
        await Poll.UntilAsync(
            () =>
            {
                Clock.Advance(Settings.StopTimeout);
                return stopping.IsCompleted;
            },
            Given.Deadline,
            () => "the dispatcher has stopped");
        await stopping;
    }

    private protected Task<(Guid Id, DeliveryState State)> EndOfAsync(Delivery page) =>
        Outbox.Ended.WaitForAsync(ended => ended.Id == page.Id, Given.Deadline, "the end of the page");

    private protected Task ResultsAsync(int count) =>
        Outbox.Results.WaitForAsync(_ => true, count, Given.Deadline, $"{count} results");

    /// <summary>
    /// Waits until the next thing to come is this. Only then does time move, and only so far: else the loop, at work on
    /// another thread, reads a time in between.
    /// </summary>
    private protected Task ArmedAsync(DateTimeOffset due) => Poll.UntilAsync(
        () => Clock.NextDue == due,
        Given.Deadline,
        () => $"a timer at {due:T}, and the next is at {Clock.NextDue:T}");

    /// <summary>Nothing is due: the loop waits as long as it ever does.</summary>
    private protected Task IdleAsync() => ArmedAsync(Clock.GetUtcNow().AddSeconds(5));

    /// <summary>To when the page is attempted again, once the dispatcher waits for that.</summary>
    private protected async Task AdvanceToNextAsync(Delivery page)
    {
        var now = Clock.GetUtcNow();
        var next = (await Outbox.FindPendingAsync(page.Id, CancellationToken.None))!.NotBefore;
        await ArmedAsync(next);
        Clock.Advance(next - now);
    }
}
