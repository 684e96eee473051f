namespace Correlation.Benchmarks.Servers;

/// <summary>The programs that this repository builds.</summary>
internal static class Repository
{
    /// <summary>Its folder, found from where this program was built.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The words that start this program again, for another of its commands.</summary>
    public static string[] ThisProgram()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, typeof(Repository).Assembly.Location]
            : [program];
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Correlation.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException($"No Correlation.sln is above {AppContext.BaseDirectory}.");
        }

        return folder;
    }
}
