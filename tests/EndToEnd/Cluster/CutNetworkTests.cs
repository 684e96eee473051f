using Correlation.EndToEnd.Durability;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.EndToEnd.Cluster;

/// <summary>The wire between the owner and PostgreSQL is cut, both ways or one way, and mended when another has taken over.</summary>
public sealed class CutNetworkTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_owner_without_its_server_is_followed_and_does_nothing_more(bool toServer, bool toClient)
    {
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 3, TimeSpan.FromSeconds(4));
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var wire = new TcpProxy(new NpgsqlConnectionStringBuilder(database).Port);
        await using var silos = await Silos.StartAsync(1, ladder.Folder, new NpgsqlConnectionStringBuilder(database) { Port = wire.Port }.ToString());
        await silos.AddAsync(database: database);
        Assert.True(await silos.SendAsync(0, "gpu"));
        await Poll.UntilAsync(() => silos.HasDeliveredAsync(0), Silos.Deadline, () => "the first page is delivered");

        wire.Cut(toServer, toClient);
        await Poll.UntilAsync(
            async () => (await silos.StatesAsync(1))["owner"].SequenceEqual([silos[1].Url]), Silos.Deadline, () => "another is the owner");
        Assert.True(await silos.HasAsync(1, "gpu"));
        wire.Mend();
        Assert.Equal(70, await silos[0].Program.UntilExitAsync(Silos.Deadline));

        await sink.WaitForAsync(request => Silos.StepOf(request) == 3, Silos.Deadline, "the last step");
        Assert.Equal([1, 2, 3], sink.Requests.Select(Silos.StepOf).Order());
    }
}
