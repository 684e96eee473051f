using Correlation.EndToEnd.Cluster.Histories;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>
/// The server of all processes is hard to reach, has no connection or no room left, while eight clients work.
/// </summary>
public sealed class ServerFaultTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_slow_wire_that_loses_its_connections_delays_and_loses_nothing()
    {
        var database = new NpgsqlConnectionStringBuilder(
            await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await using var wire = new TcpProxy(database.Port) { Delay = TimeSpan.FromMilliseconds(5) };
        database.Port = wire.Port;
        await using var run = await FaultRun.StartAsync(output, silos: 2, database: $"{database}");
        for (var loss = 0; loss < 2; loss++)
        {
            await run.HitAsync("every connection to the server is lost", async () =>
            {
                wire.Break();
                await run.Silos.RestartEndedAsync();
            });
        }

        await run.CheckAsync(reader: 1);
    }

    [Fact]
    public async Task A_server_without_free_connections_is_served_on_by_those_that_have_theirs()
    {
        await using var server = await PostgresServer.StartNewAsync("max_connections=30");
        await using var run = await FaultRun.StartAsync(output, silos: 2, database: await server.CreateDatabaseAsync());
        var others = new List<NpgsqlConnection>();
        await run.HitAsync("no connection is free", () => TakeAllAsync(server.ConnectionString("postgres"), others));
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }

        await run.CheckAsync(reader: 1);
    }

    [SmallDiskFact]
    public async Task A_server_without_room_refuses_and_goes_on_when_it_has_some()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 192);
        await using var server = await PostgresServer.StartOnAsync(disk, "max_wal_size=64MB");
        await using var run = await FaultRun.StartAsync(output, silos: 2, database: await server.CreateDatabaseAsync());
        await run.HitAsync("the disk is full", async () =>
        {
            var filler = disk.Fill(leaveBytes: 0);
            await run.UntilRefusedAsync();
            File.Delete(filler);

            await Poll.UntilAsync(() => RunsAsync(server), Silos.Deadline, () => "the server answers again");
        });
        await run.CheckAsync(reader: 1);
    }

    /// <summary>Without room for its log it ends; whoever runs it starts it again.</summary>
    private static async Task<bool> RunsAsync(PostgresServer server)
    {
        if (server.Program.HasExited)
        {
            await server.StartAsync();
        }

        return await server.AnswersAsync();
    }

    private static async Task TakeAllAsync(string database, List<NpgsqlConnection> taken)
    {
        try
        {
            while (true)
            {
                var connection = new NpgsqlConnection(database + ";Pooling=false");
                await connection.OpenAsync();
                taken.Add(connection);
            }
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // As many as there are.
        }
    }
}
