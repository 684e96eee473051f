using System.Globalization;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>Brings the database up to this release's schema; each file in a transaction of its own.</summary>
internal static class Schema
{
    public static void Apply(NpgsqlConnection connection)
    {
        Run(connection, "CREATE TABLE IF NOT EXISTS schema_versions (number int PRIMARY KEY, name text NOT NULL)");
        foreach (var file in SchemaFile.After(Version(connection), "Postgres"))
        {
            using var transaction = connection.BeginTransaction();
            Run(connection, file.Sql);
            Run(connection, $"INSERT INTO schema_versions VALUES ({file.Number}, '{file.Name}')");
            transaction.Commit();
        }
    }

    /// <exception cref="PostgresException">The database has no tables yet.</exception>
    public static int Version(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT COALESCE(MAX(number), 0) FROM schema_versions", connection);
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
