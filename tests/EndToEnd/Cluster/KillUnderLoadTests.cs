using Correlation.EndToEnd.Cluster.Histories;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>Processes that are killed, or stand still, while eight clients work.</summary>
public sealed class KillUnderLoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_killed_owner_is_followed_by_one_of_the_others()
    {
        await using var run = await FaultRun.StartAsync(output, silos: 3);
        await run.HitAsync("kill -9 of the owner", run.Silos[0].KillAsync);
        await run.CheckAsync(reader: 2);

        // One heir; the other stays what it was.
        var states = await run.Silos.StatesAsync(1);
        Assert.Equal((1, 1), (states["owner"].Count(), states["standby"].Count()));
    }

    [Fact]
    public async Task An_owner_that_stood_still_does_nothing_more_when_it_wakes()
    {
        await using var run = await FaultRun.StartAsync(output, silos: 2, at: [1]);
        await run.HitAsync("SIGSTOP of the owner", run.Silos[0].PauseAsync);
        run.Silos[0].Resume();
        await run.CheckAsync(reader: 1);
        Assert.Equal(70, await run.Silos[0].Program.UntilExitAsync(Silos.Deadline));
    }

    [Fact]
    public async Task A_killed_gateway_takes_nothing_with_it_but_answers()
    {
        await using var run = await FaultRun.StartAsync(output, silos: 1, gateways: 2, at: [1, 2]);
        await run.HitAsync("kill -9 of a gateway", run.Silos[1].KillAsync);
        await run.CheckAsync(reader: 2);
    }

    [Fact]
    public async Task All_that_are_killed_at_once_and_started_again_go_on()
    {
        await using var run = await FaultRun.StartAsync(output, silos: 2, gateways: 1);
        await run.HitAsync("kill -9 of all", async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(n => run.Silos[n].KillAsync()));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(n => run.Silos[n].LaunchAsync()));
        });
        await run.CheckAsync(reader: 2);
    }
}
