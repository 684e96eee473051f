namespace Correlation.TestKit.Processes;

/// <summary>The built executable run to its end: check, key, demo.</summary>
public static class SiloCommand
{
    public static Task<ToolResult> RunAsync(params string[] words) => Tool.RunAsync(
        new ProgramStart(words[0], [.. Program, .. words], Path.GetTempPath()) { Environment = CleanEnvironment() });

    internal static string[] Program =>
    [
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        Repository.OutputOf("Silo", "Correlation.Silo.dll"),
    ];

    /// <summary>What is set where the tests run must not reach it.</summary>
    internal static Dictionary<string, string?> CleanEnvironment() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("CORRELATION_", StringComparison.Ordinal)
                || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);
}
