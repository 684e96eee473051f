using System.Net;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.EndToEnd.Cluster;

/// <summary>Processes side by side that are not alike: of two releases, or with other secrets.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_standby_that_cannot_read_what_a_newer_release_wrote_forwards_says_so_and_does_not_take_over()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var silos = await Silos.StartAsync(2, database: database);
        await using var source = NpgsqlDataSource.Create(database);
        Assert.Equal([silos[1].Url], (await silos.StatesAsync(0))["standby"]);

        // As an owner of a newer release leaves it.
        await source.CreateCommand("INSERT INTO schema_versions VALUES (9999, '9999-of-a-newer-release.sql')")
            .ExecuteNonQueryAsync();
        await UntilReadyzSaysAsync(
            silos, 1, "cannot take over: the database has schema version 9999", HttpStatusCode.OK);
        await Poll.UntilAsync(
            async () => (await silos.StatesAsync(0))["gateway"].Contains(silos[1].Url), Silos.Deadline,
            () => "it is listed as one that only forwards");
        Assert.True(await silos.SendAsync(1, "forwarded"));

        await silos[0].KillAsync();
        await UntilReadyzSaysAsync(
            silos, 1, "standby: no process runs the database", HttpStatusCode.ServiceUnavailable);
        var beats = await BeatsAsync(source);
        await Poll.UntilAsync(
            async () => await BeatsAsync(source) > beats + 2,
            Silos.Deadline,
            () => "it looks at the database again and again");
        Assert.False(await silos.SendAsync(1, "to nobody"));
        Assert.False(silos[1].Program.HasExited);

        await source.CreateCommand("DELETE FROM schema_versions WHERE number = 9999").ExecuteNonQueryAsync();
        await silos.UntilServedAsync(1, "taken over", Silos.Deadline);
        Assert.True(await silos.HasAsync(1, "forwarded"));
    }

    [Fact]
    public async Task A_standby_with_another_key_says_so_before_it_takes_over()
    {
        await using var silos = await Silos.StartAsync(1);
        await silos.AddAsync(
            own: new Dictionary<string, string?> { ["CORRELATION_API_KEY"] = Guid.NewGuid().ToString() });
        await silos.AddAsync();
        await UntilReadyzSaysAsync(
            silos, 1, "CORRELATION_API_KEY or CORRELATION_ANSWER_SECRET is not what the owner has", HttpStatusCode.OK);
        await UntilReadyzSaysAsync(silos, 2, "forwards to", HttpStatusCode.OK);
        using var client = new HttpClient();
        Assert.DoesNotContain(
            "should not", await client.GetStringAsync($"{silos[2].Url}/readyz"), StringComparison.Ordinal);
    }

    private static async Task<long> BeatsAsync(NpgsqlDataSource source) =>
        (long)(await source.CreateCommand("SELECT beat FROM processes WHERE state = 'gateway'").ExecuteScalarAsync())!;

    private static async Task UntilReadyzSaysAsync(Silos silos, int at, string text, HttpStatusCode status)
    {
        using var client = new HttpClient();
        var (code, said) = (HttpStatusCode.Unused, "");
        await Poll.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync($"{silos[at].Url}/readyz");
                (code, said) = (answer.StatusCode, await answer.Content.ReadAsStringAsync());
                return code == status && said.Contains(text, StringComparison.Ordinal);
            },
            Silos.Deadline,
            () => $"{at} says '{text}' with {status}. It says '{said}' with {code}. {silos[at].Program.LogTail}");
    }
}
