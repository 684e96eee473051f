namespace Correlation.TestKit.Processes;

/// <summary>
/// A folder of one test, gone with it, and gone as well when the test process dies before it is disposed.
/// </summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder(string name)
    {
        Path = Directory.CreateTempSubdirectory($"correlation-{name}-").FullName;
        Leftovers.AddFolder(Path);
    }

    public string Path { get; }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        Leftovers.RemoveFolder(Path);
    }
}
