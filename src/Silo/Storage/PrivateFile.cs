namespace Correlation.Silo.Storage;

/// <summary>A file of the data folder that only its owner may read, as it can hold secrets.</summary>
internal static class PrivateFile
{
    /// <summary>An empty one, unless there is one already.</summary>
    public static void Create(string file)
    {
        try
        {
            using var made = new FileStream(file, Options(FileMode.CreateNew));
        }
        catch (IOException) when (File.Exists(file))
        {
            // As it was.
        }
    }

    /// <summary>Written beside and moved, so that a crash leaves the old file or the new one.</summary>
    public static void Write(string file, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var beside = file + ".new";
        using (var stream = new FileStream(beside, Options(FileMode.Create)))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file, overwrite: true);
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
