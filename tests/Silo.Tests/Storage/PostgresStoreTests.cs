using Correlation.Gateway.Seams;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Npgsql;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public sealed class PostgresStoreTests : DatabaseContract, IClassFixture<PostgresDatabase>, IAsyncLifetime, IDisposable
{
    private readonly PostgresDatabase _database;
    private readonly PostgresReads _reads;
    private PostgresStore _store;

    public PostgresStoreTests(PostgresDatabase database)
    {
        _database = database;
        _store = new PostgresStore(database.ConnectionString);
        _reads = new PostgresReads(database.ConnectionString, () => _store.Held);
    }

    protected override IStore Store => _store;

    protected override IReads Reads => _reads;

    protected override IOutbox Outbox => _reads;

    public async Task InitializeAsync()
    {
        await _database.EmptyAsync();
        _store.Open();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _reads.Dispose();
        _store.Dispose();
    }

    protected override long StoredTurns()
    {
        using var connection = new NpgsqlConnection(_database.ConnectionString);
        connection.Open();
        using var count = new NpgsqlCommand("SELECT COUNT(*) FROM turns", connection);
        return (long)count.ExecuteScalar()!;
    }

    protected override StoreHead Reopen()
    {
        _store.Dispose();
        _store = new PostgresStore(_database.ConnectionString);
        return _store.Open();
    }
}
