using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.Durability;

public enum Store
{
    Sqlite,
    Postgres,
}

internal static class Stores
{
    /// <summary>A fresh database; null for the embedded one.</summary>
    public static async Task<string?> NewDatabaseAsync(this Store store) =>
        store == Store.Sqlite ? null : await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
}
