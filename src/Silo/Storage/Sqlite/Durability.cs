using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// An answer promises that the alert is on disk. What makes it so is set, then read back: a file system without shared
/// memory, or a library built otherwise, silently keeps something weaker.
/// </summary>
internal static class Durability
{
    private const int Full = 2;

    public static void Require(SqliteConnection connection)
    {
        Ask(connection, "PRAGMA journal_mode = WAL");
        Ask(connection, "PRAGMA synchronous = FULL");
        Check(connection);
    }

    /// <exception cref="StoreRefusedException">What is in force is weaker than WAL with synchronous=FULL.</exception>
    public static void Check(SqliteConnection connection)
    {
        var journal = Ask(connection, "PRAGMA journal_mode");
        if (!string.Equals(journal, "wal", StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreRefusedException(
                $"SQLite's journal_mode is '{journal}' and must be 'wal' in {connection.DataSource}. Put " +
                "CORRELATION_DATA on a local file system: network file systems have no shared memory.");
        }

        var synchronous = int.Parse(Ask(connection, "PRAGMA synchronous"), CultureInfo.InvariantCulture);
        if (synchronous < Full)
        {
            throw new StoreRefusedException(
                $"SQLite's synchronous is {synchronous} and must be {Full} (FULL) or more in " +
                $"{connection.DataSource}: an accepted alert would be lost with the power.");
        }
    }

    private static string Ask(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = pragma;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
