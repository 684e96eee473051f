namespace Correlation.TestKit.Processes;

/// <summary>Runs a script of tests/EndToEnd/clients, where npm put the clients that it requires.</summary>
public static class NodeScript
{
    private static readonly string Folder = Repository.PathOf("tests", "EndToEnd", "clients");

    /// <param name="script">Its file name.</param>
    /// <param name="environment">What it reads from process.env.</param>
    public static Task<ToolResult> RunAsync(string script, IReadOnlyDictionary<string, string?> environment) =>
        Tool.RunAsync(new ProgramStart(script, ["node", script], Folder) { Environment = environment });
}
