namespace Correlation.Silo.Storage;

/// <summary>A file of the data folder that only its owner may read, as it can hold secrets.</summary>
internal static class PrivateFile
{
    /// <summary>Written beside and moved, so that a crash leaves the old file or the new one.</summary>
    public static void Write(string file, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var beside = file + ".new";
        using (var stream = new FileStream(beside, options))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file, overwrite: true);
    }
}
