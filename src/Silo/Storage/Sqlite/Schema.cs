using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>Brings the file up to this release's schema; each file in a transaction of its own.</summary>
internal static class Schema
{
    public static void Apply(SqliteConnection connection)
    {
        Run(connection, "CREATE TABLE IF NOT EXISTS schema_versions (number INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        foreach (var file in SchemaFile.After(Version(connection), "Sqlite"))
        {
            using var transaction = connection.BeginTransaction();
            Run(connection, file.Sql);
            Run(connection, $"INSERT INTO schema_versions VALUES ({file.Number}, '{file.Name}')");
            transaction.Commit();
        }
    }

    private static int Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(number), 0) FROM schema_versions";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own files and constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
