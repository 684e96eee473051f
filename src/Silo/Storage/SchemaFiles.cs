using System.Globalization;

namespace Correlation.Silo.Storage;

/// <summary>
/// The numbered schema files of one database, embedded beside its code: applied in order, each exactly once.
/// </summary>
internal sealed record SchemaFile(int Number, string Name, string Sql)
{
    /// <param name="database">The folder: Sqlite or Postgres.</param>
    public static IReadOnlyList<SchemaFile> Of(string database)
    {
        var assembly = typeof(SchemaFile).Assembly;
        var prefix = $"{typeof(SchemaFile).Namespace}.{database}.schema.";
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Read(name, name[prefix.Length..]))
            .OrderBy(file => file.Number)
            .ToList();

        SchemaFile Read(string resource, string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return new SchemaFile(int.Parse(name[..4], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    /// <summary>The newest number that this release knows: a database of a higher one it cannot read.</summary>
    public static int Newest(string database) => Of(database)[^1].Number;

    /// <summary>Files still to apply to a database that is at <paramref name="version"/>.</summary>
    /// <exception cref="StoreRefusedException">A newer release wrote it.</exception>
    public static IEnumerable<SchemaFile> After(int version, string database)
    {
        var files = Of(database);
        var newest = files[^1].Number;
        return version <= newest
            ? files.Where(file => file.Number > version)
            : throw new StoreRefusedException(
                $"The database has schema version {version}; this release knows {newest} at most. Start the newer " +
                "release, or restore a backup made by this one.");
    }

    /// <summary>For whoever may only read, and can bring nothing up to date.</summary>
    /// <exception cref="StoreRefusedException">Another release wrote it.</exception>
    public static void RequireCurrent(int version, string database)
    {
        if (After(version, database).Any())
        {
            throw new StoreRefusedException(
                $"The database has schema version {version}, which an older release wrote. Start this release's service on it once.");
        }
    }
}
