using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>What an older release stored is there after the schema was brought up to this one.</summary>
public sealed class OlderDatabaseTests
{
    private static readonly Grains.Policy.Silencing Silence = Given.Silence("s-1", 500).Silence;

    [Fact]
    public void Silences_of_a_file_are_objects_of_the_policy_afterwards()
    {
        using var folder = new TempFolder("older");
        using (var connection = SqliteFile.Open(SqliteFile.In(folder.Path), SqliteOpenMode.ReadWriteCreate))
        {
            Fill(Before("Sqlite", 6), sql => Command(connection, sql).ExecuteNonQuery());
            using var insert = Command(connection, "INSERT INTO silences VALUES ('s-1', $doc)");
            insert.Parameters.AddWithValue("$doc", StoredJson.Write(Silence));
            insert.ExecuteNonQuery();
        }

        using var store = new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance);
        AssertKept(store.Open());
    }

    [Fact]
    public void Child_rows_of_a_file_are_there_afterwards_in_their_order()
    {
        using var folder = new TempFolder("older");
        using (var connection = SqliteFile.Open(SqliteFile.In(folder.Path), SqliteOpenMode.ReadWriteCreate))
        {
            Fill(Before("Sqlite", 8), sql => Command(connection, sql).ExecuteNonQuery());
            Command(connection, """
                INSERT INTO items VALUES (3, 'i', 'members', 'b', '{"second":1}'), (3, 'i', 'members', 'a', '{"first":1}'),
                    (3, 'i', 'notes', 'a', 'of another set'), (3, 'j', 'members', 'a', 'of another incident')
                """).ExecuteNonQuery();
        }

        using var store = new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance);
        store.Open();

        Assert.Equal(
            [new Item("a", "{\"first\":1}"), new Item("b", "{\"second\":1}")],
            store.Items(new GrainId(GrainKind.Incident, "i"), new ItemRange("members", "", 10)));
    }

    [Fact]
    public async Task Silences_of_a_server_are_objects_of_the_policy_afterwards()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            Fill(Before("Postgres", 7), sql => Command(connection, sql).ExecuteNonQuery());
            await using var insert = new NpgsqlCommand("INSERT INTO silences VALUES ('s-1', $1)", connection)
            {
                Parameters = { new NpgsqlParameter { Value = StoredJson.Write(Silence) } },
            };
            await insert.ExecuteNonQueryAsync();
        }

        using var store = new PostgresStore(database);
        AssertKept(store.Open());
    }

    private static void AssertKept(StoreHead head)
    {
        var kept = Assert.IsType<PolicyChange.SilenceSet>(Assert.Single(head.Made)).Silence;
        Assert.Equal((Silence.Id, Silence.EndsAt, Silence.Comment), (kept.Id, kept.EndsAt, kept.Comment));
    }

    private static IEnumerable<SchemaFile> Before(string database, int number) =>
        SchemaFile.Of(database).Where(file => file.Number < number);

    private static void Fill(IEnumerable<SchemaFile> files, Action<string> run)
    {
        run("CREATE TABLE schema_versions (number INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        foreach (var file in files)
        {
            run(file.Sql);
            run($"INSERT INTO schema_versions VALUES ({file.Number}, '{file.Name}')");
        }
    }

#pragma warning disable CA2100 // Our own files and constants.
    private static SqliteCommand Command(SqliteConnection connection, string sql) => new(sql, connection);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection);
#pragma warning restore CA2100
}
