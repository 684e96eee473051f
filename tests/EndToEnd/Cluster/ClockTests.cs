using Correlation.EndToEnd.Cluster.Histories;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>The wall clock of the owner alone is set an hour on, and an hour back, while eight clients work.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_clock_that_is_set_neither_brings_steps_forward_nor_holds_them_back()
    {
        using var folder = new TempFolder("clock");
        var clock = new StepClock(folder);
        await using var run = await FaultRun.StartAsync(output, silos: 2, owners: clock.Environment);
        foreach (var hours in new[] { 1, -1 })
        {
            await run.HitAsync($"the owner's clock is set to {hours} h", async () =>
            {
                clock.Set(hours);
                await Poll.UntilAsync(
                    async () => await AheadAsync(run.Silos) == hours, Silos.Deadline, () => "the owner's clock is set");
            });
        }

        await run.HitAsync("kill -9 of the owner", run.Silos[0].KillAsync);

        // The service's time followed the clock by a hundredth of what passed, and a second step is two seconds after
        // the first.
        await run.CheckAsync(reader: 1, clocksDiffer: TimeSpan.FromSeconds(1));
    }

    /// <summary>By the date of its answers; in hours.</summary>
    private static async Task<double> AheadAsync(Silos silos)
    {
        using var answer = await silos.Client(0).GetAsync("/healthz");
        return Math.Round((answer.Headers.Date!.Value - TimeProvider.System.GetUtcNow()).TotalHours);
    }
}
