using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>Connections to the database file.</summary>
internal static class SqliteFile
{
    public const string Name = "correlation.db";

    static SqliteFile() => Batteries_V2.Init();

    public static string In(string folder) => Path.Combine(folder, Name);

    /// <summary>Not pooled: whoever opens it keeps it.</summary>
    public static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle!, 5_000);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
