using System.Net;
using Correlation.EndToEnd.Cluster.Histories;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>The server is lost and its streaming replica takes over, while eight clients work.</summary>
public sealed class FailoverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_synchronous_replica_takes_over_with_all_and_the_server_left_behind_is_not_used_again()
    {
        await using var first = await PostgresServer.StartNewAsync();
        var database = new NpgsqlConnectionStringBuilder(await first.CreateDatabaseAsync());
        await using var second = await PostgresServer.StartReplicaAsync(first);
        database.Host = $"127.0.0.1:{first.Port},127.0.0.1:{second.Port}";
        database.TargetSessionAttributes = "primary";
        database.HostRecheckSeconds = 1;
        await using var run = await FaultRun.StartAsync(output, silos: 2, database: $"{database}");
        await UntilReadinessAsync(run.Silos, HttpStatusCode.OK, "may lack what was accepted last");
        await first.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await first.ExecuteAsync("SELECT pg_reload_conf()");
        await run.HitAsync("failover to a synchronous replica", async () =>
        {
            await first.KillAsync();
            await second.ExecuteAsync("SELECT pg_promote()");
        });
        await run.CheckAsync(reader: 1);

        // The first comes back alone, and knows nothing of what was accepted since.
        await second.StopAsync();
        await first.StartAsync();
        await UntilReadinessAsync(run.Silos, HttpStatusCode.ServiceUnavailable, "timeline 1 and was on 2");
        Assert.False(await run.Silos.SendAsync(0, "lost"));

        await first.StopAsync();
        await second.StartAsync();
        await run.Silos.UntilServedAsync(0, "again", Silos.Deadline);
        await run.CheckAsync(reader: 0);
    }

    /// <summary>Until the first process says so at /readyz.</summary>
    private static Task UntilReadinessAsync(Silos silos, HttpStatusCode status, string why)
    {
        return Poll.UntilAsync(
            IsSaidAsync, Silos.Deadline, () => $"/readyz says {(int)status} and '{why}'. {silos.LogTails}");

        async Task<bool> IsSaidAsync()
        {
            using var answer = await silos.Client(0).GetAsync("/readyz");
            return answer.StatusCode == status &&
                (await answer.Content.ReadAsStringAsync()).Contains(why, StringComparison.Ordinal);
        }
    }
}
