using Correlation.EndToEnd.Cluster.Histories;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>
/// The wire between the owner and PostgreSQL is cut, both ways or one way, and mended when another has taken over.
/// </summary>
public sealed class CutNetworkTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_owner_without_its_server_is_followed_and_does_nothing_more(bool toServer, bool toClient)
    {
        var database = new NpgsqlConnectionStringBuilder(
            await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await using var wire = new TcpProxy(database.Port);
        var overTheWire = new NpgsqlConnectionStringBuilder($"{database}") { Port = wire.Port };
        var owners = new Dictionary<string, string?> { ["CORRELATION_DATABASE"] = $"{overTheWire}" };
        await using var run = await FaultRun.StartAsync(
            output, silos: 2, at: [1], database: $"{database}", owners: owners);
        await run.HitAsync("a cut wire", () =>
        {
            wire.Cut(toServer, toClient);
            return Task.CompletedTask;
        });
        wire.Mend();
        await run.CheckAsync(reader: 1);
        Assert.Equal(70, await run.Silos[0].Program.UntilExitAsync(Silos.Deadline));
    }
}
