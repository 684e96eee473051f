using Correlation.Gateway.Seams;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Silo.Tests.Storage;

public sealed class SqliteStoreTests : DatabaseContract, IDisposable
{
    private readonly TempFolder _folder = new("store");
    private readonly SqliteReads _reads;
    private SqliteStore _store;

    public SqliteStoreTests()
    {
        _reads = new SqliteReads(_folder.Path);
        _store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        _store.Open();
    }

    protected override IStore Store => _store;

    protected override IReads Reads => _reads;

    protected override IOutbox Outbox => _reads;

    public void Dispose()
    {
        _reads.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    protected override long StoredTurns()
    {
        using var connection = SqliteFile.Open(SqliteFile.In(_folder.Path), SqliteOpenMode.ReadWrite);
        using var count = new Statement(connection.Handle!, "SELECT COUNT(*) FROM turns");
        return count.One(row => row.Long(0));
    }

    protected override StoreHead Reopen()
    {
        _store.Dispose();
        _store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        return _store.Open();
    }
}
