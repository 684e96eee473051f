using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// All or nothing, and when it fails, which of the two it was. Before COMMIT nothing can have been written. At COMMIT a
/// full or busy disk writes no commit record; after any other error there (a failed sync above all) nobody can know.
/// </summary>
internal static class Transaction
{
    public static void Run(Writer writer, Action write)
    {
        var committing = false;
        try
        {
            writer.Begin();
            write();
            committing = true;
            writer.Commit();
        }
        catch (SqliteException error)
        {
            throw Failure(writer, error, committing);
        }
        catch (Exception unwritable) when (!committing)
        {
            // Not the database: a value that cannot be made into a row.
            writer.Rollback();
            throw new CommitFailedException($"The turn cannot be written: {unwritable.Message}", unwritable) { ForItsContent = true };
        }
    }

    public static bool IsDiskFull(CommitFailedException failed) => failed.InnerException is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_FULL
    } or SqliteException
    {
        // The index of the write-ahead log is a file too.
        SqliteExtendedErrorCode: raw.SQLITE_IOERR_SHMSIZE
    };

    private static Exception Failure(Writer writer, SqliteException error, bool committing)
    {
        try
        {
            writer.Rollback();
        }
        catch (SqliteException rollback)
        {
            return new CommitUnknownException(
                $"SQLite could not commit ({error.Message}) and not roll back either.",
                new AggregateException(error, rollback));
        }

        var surelyNot = !committing
            || error.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_CONSTRAINT;
        return surelyNot
            ? new CommitFailedException($"SQLite did not commit: {error.Message}", error) { ForItsContent = IsForItsContent(error) }
            : new CommitUnknownException($"SQLite failed while it committed: {error.Message}", error);
    }

    private static bool IsForItsContent(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_CONSTRAINT
        or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;
}
