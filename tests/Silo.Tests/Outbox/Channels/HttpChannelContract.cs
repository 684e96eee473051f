using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Peers;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

/// <summary>The contract of a channel that speaks HTTP, and what is to be told of such peers beside.</summary>
/// <param name="peer">Strict, on loopback.</param>
public abstract class HttpChannelContract<TPeer>(TPeer peer) : ChannelContract, IAsyncLifetime
    where TPeer : Peer
{
    private protected TPeer Peer => peer;

    private protected override Channel Configured => At(peer.Url);

    private protected override int Taken => peer.Taken;

    /// <summary>The same channel with a secret that the peer does not know.</summary>
    private protected abstract Channel Unauthorized { get; }

    private protected virtual AttemptOutcome WhenNotLetIn => AttemptOutcome.Rejected;

    /// <summary>False where any success is one: then a proxy's page cannot be told from it.</summary>
    private protected virtual bool KnowsItsPeer => true;

    async Task IAsyncLifetime.InitializeAsync() => await peer.StartAsync();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Who_is_not_let_in_is_told_at_once_and_its_secret_does_not_show()
    {
        var result = await SendAsync(Unauthorized);

        Assert.Equal(WhenNotLetIn, result.Outcome);
        Assert.Equal(0, Taken);
        Told(result.Detail);
    }

    [Fact]
    public async Task A_busy_peer_is_left_alone_as_long_as_it_asks()
    {
        var result = await SendAsync(await MakeAsync(Trouble.Busy));

        Assert.Equal((AttemptOutcome.Failed, TimeSpan.FromSeconds(3)), (result.Outcome, result.RetryAfter));
    }

    [Fact]
    public async Task A_page_for_signing_in_is_no_delivery()
    {
        peer.Sink.Instead = new SinkAnswer(200, "<!DOCTYPE html><title>Sign in to the network</title>");

        var result = await SendAsync(Configured);

        Assert.Equal(KnowsItsPeer ? AttemptOutcome.Failed : AttemptOutcome.Delivered, result.Outcome);
    }

    [Theory]
    [InlineData(Trouble.TakesItAndHangsUp)]
    [InlineData(Trouble.BreaksOffItsAnswer)]
    public async Task What_may_have_arrived_is_unknown(Trouble trouble)
    {
        var result = await SendAsync(await MakeAsync(trouble));

        // Where the status says all, a broken body takes nothing away, if the status came through.
        AttemptOutcome[] expected = trouble == Trouble.BreaksOffItsAnswer && !KnowsItsPeer
            ? [AttemptOutcome.Delivered, AttemptOutcome.Unknown]
            : [AttemptOutcome.Unknown];
        Assert.Contains(result.Outcome, expected);
    }

    private protected abstract Channel At(string url);

    private protected override Task<Channel> MakeAsync(Trouble trouble)
    {
        peer.Sink.Instead = trouble switch
        {
            Trouble.Busy => new SinkAnswer(429)
            {
                Headers = new Dictionary<string, string> { ["Retry-After"] = "3" },
            },
            Trouble.Broken => new SinkAnswer(500, "oops"),
            Trouble.TakesItAndHangs => SinkAnswer.Hang,
            Trouble.TakesItAndHangsUp => SinkAnswer.Drop,
            Trouble.BreaksOffItsAnswer => SinkAnswer.CutOff,
            _ => null,
        };
        return Task.FromResult(
            trouble == Trouble.NobodyListens ? At($"http://127.0.0.1:{FreePort.Next()}") : Configured);
    }

    private protected override async Task SeenAsync(int attempts) =>
        await peer.Sink.WaitForAsync(_ => true, attempts, Given.Deadline, $"{attempts} attempts at the peer");
}
