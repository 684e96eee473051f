using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>What the embedded store needs on the disk for what it holds.</summary>
public sealed class SqliteSizeTests
{
    /// <summary>
    /// As long as most members of incidents: in the pages of an index each would need one more of its own.
    /// </summary>
    [Fact]
    public void Child_rows_of_a_thousand_bytes_share_their_pages()
    {
        const int rows = 2_000;
        const int length = 1_100;
        using var folder = new TempFolder("size");
        using (var store = new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance))
        {
            store.Open();
            var turn = new TurnWrite { Turn = 1, At = Given.At(1) };
            turn.Items.AddRange(Enumerable.Range(0, rows).Select(n => (
                new GrainId(GrainKind.Incident, DerivedId.Of("incident", $"{n % 500}", 1).ToString()),
                new ItemChange("members", DerivedId.Of("member", $"{n}", 1).ToString(), new string('x', length)))));
            store.Commit(turn);
        }

        using var connection = SqliteFile.Open(SqliteFile.In(folder.Path), SqliteOpenMode.ReadOnly);
        using var pages = new SqliteCommand("PRAGMA page_count", connection);
        Assert.InRange((long)pages.ExecuteScalar()! * 4096, 0, (long)(rows * length * 1.5));
    }
}
