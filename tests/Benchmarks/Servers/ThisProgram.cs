namespace Correlation.Benchmarks.Servers;

/// <summary>The benchmark itself, to be started again for another of its commands.</summary>
internal static class ThisProgram
{
    /// <summary>The program and, where that is dotnet, what it is to run.</summary>
    public static string[] Words { get; } = Find();

    private static string[] Find()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, typeof(ThisProgram).Assembly.Location]
            : [program];
    }
}
