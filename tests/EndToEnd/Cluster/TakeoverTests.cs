using System.Diagnostics;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>
/// Who owns the database when its owner leaves, when a standby stood still, and when the server was away.
/// </summary>
public sealed class TakeoverTests(ITestOutputHelper output)
{
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
    public async Task A_standby_that_stood_still_takes_nothing_from_an_owner_that_goes_on()
    {
        await using var silos = await Silos.StartAsync(2);
        var before = (await silos.ListAsync(0))[silos[0].Url];
        await silos[1].PauseAsync();
        var paused = (await silos.ListAsync(0))[silos[1].Url].SeenAt;
        await UntilSeenAsync(silos, 0, paused + TimeSpan.FromSeconds(5));
        var resumed = (await silos.ListAsync(0))[silos[0].Url].SeenAt;
        silos[1].Resume();

        // Twice: what it thought dead it would have ended by now.
        await UntilSeenAsync(silos, 1, resumed);
        await UntilSeenAsync(silos, 1, (await silos.ListAsync(0))[silos[1].Url].SeenAt);
        Assert.Equal(
            before with { SeenAt = default }, (await silos.ListAsync(1))[silos[0].Url] with { SeenAt = default });
        Assert.False(silos[0].Program.HasExited);
    }

    [Fact]
    public async Task A_server_that_was_restarted_finds_its_owner_again()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var silos = await Silos.StartAsync(2, database: await server.CreateDatabaseAsync());
        Assert.True(await silos.SendAsync(1, "before"));
        await server.StopAsync();
        await Poll.UntilAsync(
            async () => !await HttpReadiness.AnswersAsync($"{silos[1].Url}/readyz"), Silos.Deadline,
            () => "the server is missed");
        await server.StartAsync();
        await silos.UntilServedAsync(1, "after", Silos.Deadline);
        Assert.Equal(silos[0].Url, (await silos.StatesAsync(1))["owner"].Single());
    }

    /// <summary>Until a process has given a sign of life after that time of the server.</summary>
    private static Task UntilSeenAsync(Silos silos, int process, DateTimeOffset after) => Poll.UntilAsync(
        async () => (await silos.ListAsync(0))[silos[process].Url].SeenAt > after,
        Silos.Deadline,
        () => $"process {process} is seen after {after:O}");
}
