namespace Correlation.TestKit.Processes;

/// <summary>What a program that ran to its end left: output and error lines together, in the order they came.</summary>
public sealed record ToolResult(int ExitCode, string Output);

/// <summary>Runs a program to its end.</summary>
public static class Tool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task<ToolResult> RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProgramStart(program, [program, .. arguments], Path.GetTempPath()));

    public static async Task<ToolResult> RunAsync(ProgramStart start)
    {
        await using var program = RunningProgram.Start(start);
        var exitCode = await program.UntilExitAsync(Deadline);
        return new ToolResult(exitCode, string.Join('\n', program.Log));
    }

    /// <exception cref="InvalidOperationException">It did not exit with 0; the message holds its output.</exception>
    public static async Task<string> RequireAsync(ProgramStart start)
    {
        var result = await RunAsync(start);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"{string.Join(' ', start.Words)} exited with {result.ExitCode}: {result.Output}");
    }
}
