using Correlation.Grains.Wire;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public sealed class SchemaFileTests
{
    /// <summary>
    /// Of two files with one number a database would get whichever comes first by name, and never the other.
    /// </summary>
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public void Each_file_has_a_number_of_its_own_and_none_is_left_out(string database)
    {
        var files = SchemaFile.Of(database);
        Assert.NotEmpty(files);
        Assert.Equal(Enumerable.Range(1, files.Count), files.Select(file => file.Number));
    }

    /// <summary>By it a process of an older release sees that it cannot take the store over.</summary>
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public void A_shape_that_older_releases_cannot_read_comes_with_a_file(string database) => Assert.All(
        Enumerable.Range(2, StateWire.Shape - 1),
        shape =>
            Assert.Contains(
                SchemaFile.Of(database), file => file.Name.EndsWith($"-shape-{shape}.sql", StringComparison.Ordinal)));
}
