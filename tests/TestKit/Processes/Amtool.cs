namespace Correlation.TestKit.Processes;

/// <summary>
/// Debian's amtool against a server that speaks Alertmanager's API, without the settings of whoever runs it.
/// </summary>
public static class Amtool
{
    /// <param name="url">Where the API is; user and password in it become Basic authentication.</param>
    /// <param name="arguments">As on its command line: "silence", "add", "alertname=x".</param>
    public static async Task<ToolResult> RunAsync(string url, params string[] arguments)
    {
        using var home = new TempFolder("amtool");
        return await Tool.RunAsync(
            new ProgramStart("amtool", ["amtool", $"--alertmanager.url={url}", .. arguments], home.Path)
            {
                Environment = new Dictionary<string, string?> { ["HOME"] = home.Path },
            });
    }
}
