using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.Silo.Tests.TestKit;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task Each_database_is_fresh_and_durable()
    {
        var server = await PostgresServer.SharedAsync();
        var first = await server.CreateDatabaseAsync();
        var second = await server.CreateDatabaseAsync();

        await ScalarAsync(first, "CREATE TABLE only_in_first (id int); SELECT 1");

        Assert.Null(await ScalarAsync(second, "SELECT to_regclass('only_in_first')::text"));
        Assert.Equal("on", await ScalarAsync(second, "SELECT current_setting('fsync')"));
        Assert.Equal("on", await ScalarAsync(second, "SELECT current_setting('synchronous_commit')"));
    }

    [Fact]
    public async Task Killed_or_stopped_it_starts_again_with_what_was_committed()
    {
        await using var server = await PostgresServer.StartNewAsync("log_min_messages=log");
        var database = await server.CreateDatabaseAsync();
        await ScalarAsync(database, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7); SELECT 1");

        await server.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(database, "SELECT id FROM kept"));
        await server.StartAsync();
        Assert.Contains(server.Program.Log, line => line.Contains("not properly shut down", StringComparison.Ordinal));
        Assert.Equal(7, await ScalarAsync(database, "SELECT id FROM kept"));

        await server.StopAsync();
        await server.StartAsync();
        Assert.DoesNotContain(
            server.Program.Log, line => line.Contains("not properly shut down", StringComparison.Ordinal));
        Assert.Equal(7, await ScalarAsync(database, "SELECT id FROM kept"));
    }

    [Fact]
    public async Task A_setting_it_does_not_know_fails_the_start_with_its_own_words()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(
            () => PostgresServer.StartNewAsync("no_such_setting=1"));

        Assert.Contains("no_such_setting", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        var value = await command.ExecuteScalarAsync();
        return value is DBNull ? null : value;
    }
}
