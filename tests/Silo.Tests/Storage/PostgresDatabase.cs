using Correlation.Silo.Storage.Postgres;
using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>One database for all tests of a class: emptying it is far cheaper than making another.</summary>
public sealed class PostgresDatabase : IAsyncLifetime
{
    private const string Empty = """
        DELETE FROM turns; DELETE FROM log; DELETE FROM alerts; DELETE FROM alert_docs; DELETE FROM alert_tallies;
        DELETE FROM incidents; DELETE FROM grains; DELETE FROM items; DELETE FROM timers; DELETE FROM timeline;
        DELETE FROM outbox; DELETE FROM messages; DELETE FROM answers; DELETE FROM policy_objects;
        DELETE FROM repeat_hours; DELETE FROM policies; DELETE FROM policy_docs; DELETE FROM quarantine;
        UPDATE base SET turn = 0, heads = '', replay_turn = 0, policy_version = 0, summarised_turn = 0
        """;

    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var server = await PostgresServer.SharedAsync();
        ConnectionString = await server.CreateDatabaseAsync();
        using var store = new PostgresStore(ConnectionString);
        store.Open();
    }

    public async Task EmptyAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Empty, connection);
        await command.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
