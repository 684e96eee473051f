using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.RealClients;

/// <summary>The curl commands of README.md, run as a newcomer would, against a service of the test.</summary>
internal sealed class Readme(SiloProcess silo)
{
    private static readonly string[] Commands =
    [
        .. File.ReadAllText(Repository.PathOf("README.md")).Split("```")
            .Where((_, index) => index % 2 == 1)
            .Select(block => block.Trim())
            .Where(block => block.StartsWith("curl ", StringComparison.Ordinal))
            .SelectMany(block => block.Split("\ncurl ").Select((part, index) => index == 0 ? part : $"curl {part}")),
    ];

    public Task<string> CreateAsync() => RunAsync("\"message\":");

    public Task<string> CloseAsync() => RunAsync("/close?");

    /// <returns>The answer.</returns>
    private async Task<string> RunAsync(string mark)
    {
        var command = Commands.Single(command => command.Contains(mark, StringComparison.Ordinal))
            .Change("http://127.0.0.1:8080", silo.Url)
            .Change("curl ", "curl -sS --fail-with-body ");
        return await Tool.RequireAsync(new ProgramStart("curl", ["sh", "-c", command], Path.GetTempPath())
        {
            Environment = new Dictionary<string, string?> { ["CORRELATION_API_KEY"] = silo.ApiKey },
        });
    }
}
