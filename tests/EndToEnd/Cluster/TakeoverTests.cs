using System.Collections.Concurrent;
using System.Diagnostics;
using Correlation.EndToEnd.Durability;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>The owner dies, leaves, or stands still, and another process goes on with what was accepted.</summary>
public sealed class TakeoverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_killed_owner_is_followed_by_one_of_the_others_and_nothing_that_was_accepted_is_lost()
    {
        await using var silos = await Silos.StartAsync(3);
        var accepted = new ConcurrentBag<string>();
        using var ending = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var n = 0; !ending.IsCancellationRequested; n++)
            {
                var alias = $"{sender}-{n}";
                if (await silos.SendAsync(1 + (sender % 2), alias, $"node:{sender}"))
                {
                    accepted.Add(alias);
                }
            }
        })).ToList();
        await Poll.UntilAsync(() => accepted.Count > 200, Silos.Deadline, () => $"200 are accepted, were {accepted.Count}");

        var without = Stopwatch.StartNew();
        await silos[0].KillAsync();
        await silos.UntilServedAsync(1, "after", Silos.Deadline);
        output.WriteLine($"{accepted.Count} accepted; another served after {without.Elapsed.TotalSeconds:0.00} s");
        await ending.CancelAsync();
        await Task.WhenAll(senders);

        // One heir; the other stays what it was.
        await Poll.UntilAsync(
            async () => await silos.StatesAsync(1) is var states && states["owner"].Count() == 1 && states["standby"].Count() == 1,
            Silos.Deadline,
            () => "one owner and one standby are left");

        foreach (var alias in accepted)
        {
            Assert.True(await silos.HasAsync(2, alias), $"{alias} was accepted and is not there");
        }
    }

    [Fact]
    public async Task An_owner_that_is_told_to_stop_leaves_at_once()
    {
        await using var silos = await Silos.StartAsync(2);
        Assert.True(await silos.SendAsync(0, "before"));
        var without = Stopwatch.StartNew();
        var exit = silos[0].TerminateAsync(Silos.Deadline);
        await silos.UntilServedAsync(1, "after", Silos.Deadline);
        output.WriteLine($"another served after {without.Elapsed.TotalSeconds:0.00} s");
        Assert.Equal(0, await exit);
        Assert.True(await silos.HasAsync(1, "before"));
    }

    [Fact]
    public async Task An_owner_that_stood_still_writes_nothing_and_pages_nobody_when_it_wakes()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 3, TimeSpan.FromSeconds(4));
        await using var silos = await Silos.StartAsync(2, ladder.Folder);
        Assert.True(await silos.SendAsync(0, "gpu"));
        await Poll.UntilAsync(() => silos.HasDeliveredAsync(0), Silos.Deadline, () => "the first page is delivered");
        await silos[0].PauseAsync();

        var without = Stopwatch.StartNew();
        await Poll.UntilAsync(async () => await silos.HasAsync(1, "gpu"), Silos.Deadline, () => "another serves");
        output.WriteLine($"another served after {without.Elapsed.TotalSeconds:0.00} s");
        silos[0].Resume();
        Assert.Equal(70, await silos[0].Program.UntilExitAsync(Silos.Deadline));
        await sink.WaitForAsync(request => Silos.StepOf(request) == 3, Silos.Deadline, "the last step");
        foreach (var step in Enumerable.Range(1, 3))
        {
            Assert.Single(sink.Requests, request => Silos.StepOf(request) == step);
        }
    }

    [Fact]
    public async Task A_standby_that_stood_still_takes_nothing_from_an_owner_that_goes_on()
    {
        await using var silos = await Silos.StartAsync(2);
        var before = (await silos.StatesAsync(0))["owner"].Single();
        await silos[1].PauseAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
        silos[1].Resume();
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.Equal(before, (await silos.StatesAsync(1))["owner"].Single());
        Assert.False(silos[0].Program.HasExited);
    }

    [Fact]
    public async Task A_server_that_was_restarted_finds_its_owner_again()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var silos = await Silos.StartAsync(2, database: await server.CreateDatabaseAsync());
        Assert.True(await silos.SendAsync(1, "before"));
        await server.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await server.StartAsync();
        await silos.UntilServedAsync(1, "after", Silos.Deadline);
        Assert.Equal(silos[0].Url, (await silos.StatesAsync(1))["owner"].Single());
    }
}
