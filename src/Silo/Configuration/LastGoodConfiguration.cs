using System.IO.Compression;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Configuration;

/// <summary>
/// The files of the configuration that was in force last, kept in the data folder: a start finds a good version
/// although somebody broke the folder meanwhile. One archive, so that it is always of one version. It holds what the
/// files hold, secrets too, and not the environment that they refer to.
/// </summary>
public sealed class LastGoodConfiguration(string dataFolder)
{
    public const string FileName = "configuration.last-good.zip";

    public string File { get; } = Path.Combine(dataFolder, FileName);

    /// <exception cref="IOException">It could not be written; the one before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Keep(FolderContent content) => PrivateFile.Write(File, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var file in content.Files)
        {
            using var entry = archive.CreateEntry(Path.GetFileName(file.Path)).Open();
            entry.Write(file.Bytes);
        }
    });

    /// <summary>Null when none was kept, or what was kept cannot be read.</summary>
    public FolderContent? Read()
    {
        try
        {
            using var archive = ZipFile.OpenRead(File);
            return new FolderContent(File, [.. archive.Entries.Select(Content)], null);
        }
        catch (Exception cannotRead)
            when (cannotRead is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileContent Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return new FileContent(Path.Combine(File, entry.FullName), bytes, null);
    }
}
