using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// An answer promises that the alert is on disk. What makes it so is the operator's to set, so it is read and not set:
/// a server that was made fast at that price is refused by the setting's name.
/// </summary>
internal static class Durability
{
    private static readonly string[] Settings = ["fsync", "full_page_writes", "synchronous_commit"];

    /// <exception cref="StoreRefusedException">One of the settings is off.</exception>
    public static void Check(NpgsqlConnection connection)
    {
        using var ask = new NpgsqlCommand("SELECT name, setting FROM pg_settings WHERE name = ANY ($1)", connection);
        ask.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Settings });
        using var rows = ask.ExecuteReader();
        while (rows.Read())
        {
            var (name, setting) = (rows.GetString(0), rows.GetString(1));
            if (setting == "off")
            {
                throw new StoreRefusedException(
                    $"PostgreSQL's {name} is '{setting}' and must not be, in database '{connection.Database}' on " +
                    $"{connection.Host}: an accepted alert would be lost in a crash. Set {name} = on in " +
                    "postgresql.conf, or for the role or database that overrides it.");
            }
        }
    }
}
