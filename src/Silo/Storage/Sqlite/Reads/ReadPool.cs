using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>
/// As many reads at a time as there are processors, and some: SQLite reads on the caller's thread, so more would only
/// wait in the kernel instead of here.
/// </summary>
/// <param name="maps">See <see cref="ReadConnection"/>.</param>
internal sealed class ReadPool(string file, bool maps = true) : IDisposable
{
    private readonly SemaphoreSlim _free = new(Environment.ProcessorCount + 2);
    private readonly ConcurrentBag<ReadConnection> _idle = [];

    /// <summary>For tests of what happens when none is left.</summary>
    internal int Free => _free.CurrentCount;

    public async ValueTask<T> ReadAsync<T>(Func<ReadConnection, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            var connection = _idle.TryTake(out var idle) ? idle : new ReadConnection(file, maps: maps);
            try
            {
                var result = connection.Read(read);
                _idle.Add(connection);
                return result;
            }
            catch (SqliteException error) when (ReadConnection.LastedTooLong(error))
            {
                _idle.Add(connection);
                throw;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }

        _free.Dispose();
    }
}
