using Correlation.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

/// <summary>Runs the scripts of deploy/backup.</summary>
internal static class Backups
{
    public static async Task RequireAsync(string script, string file, string data, string? database)
    {
        var result = await RunAsync(script, file, data, database);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    public static Task<ToolResult> RunAsync(string script, string file, string data, string? database) => Tool.RunAsync(
        new ProgramStart(script, ["sh", Repository.PathOf("deploy", "backup", script), file], Path.GetTempPath())
        {
            Environment = new Dictionary<string, string?>
            {
                ["CORRELATION_DATA"] = data,
                ["CORRELATION_DATABASE_URL"] = database is null
                    ? null
                    : UrlOf(new NpgsqlConnectionStringBuilder(database)),
            },
        });

    private static string UrlOf(NpgsqlConnectionStringBuilder database) =>
        $"postgresql://{database.Username}@{database.Host}:{database.Port}/{database.Database}";
}
