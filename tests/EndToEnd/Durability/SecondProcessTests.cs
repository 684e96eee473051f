using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Durability;

/// <summary>Two processes on one store would each decide what the other does not know of.</summary>
public sealed class SecondProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_second_process_on_a_data_folder_is_refused_and_the_first_one_goes_on()
    {
        await using var first = await SiloProcess.StartNewAsync();
        await using var second = new SiloProcess(new SiloSettings
        {
            Environment = new Dictionary<string, string?> { ["CORRELATION_DATA"] = first.Data },
        });

        var key = await File.ReadAllTextAsync(Path.Combine(first.Data, "administrator.key.sha256"));
        await second.LaunchAsync();
        var exitCode = await second.Program.UntilExitAsync(Deadline);

        Assert.Equal(1, exitCode);
        Assert.Equal(key, await File.ReadAllTextAsync(Path.Combine(first.Data, "administrator.key.sha256")));
        Assert.Equal(
            [
                $"Process {first.Program.Id} already runs on the data folder '{first.Data}'. Stop it, or set CORRELATION_DATA " +
                "to another folder.",
            ],
            second.Program.Log);
        Assert.True(await HttpReadiness.AnswersAsync($"{first.Url}/readyz"));
    }

    [Fact]
    public async Task A_second_process_on_a_database_that_could_not_go_on_as_the_first_is_refused()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var first = await SiloProcess.StartNewAsync(new SiloSettings { Database = database });
        await using var second = new SiloProcess(new SiloSettings { Database = database });

        await second.LaunchAsync();
        var exitCode = await second.Program.UntilExitAsync(Deadline);

        Assert.Equal(1, exitCode);
        Assert.Matches(
            $"^The database is run by 'correlation [0-9a-f]{{8}}, process {first.Program.Id} on .*' from 127.0.0.1\\. To wait for it, and " +
            "take over when it goes, set CORRELATION_API_KEY and CORRELATION_ANSWER_SECRET to the same values in every process",
            Assert.Single(second.Program.Log));
        Assert.True(await HttpReadiness.AnswersAsync($"{first.Url}/readyz"));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_named_at_the_start()
    {
        await using var silo = new SiloProcess(
            new SiloSettings { Database = $"Host=127.0.0.1;Port={FreePort.Next()};Database=none" });

        await silo.LaunchAsync();
        var exitCode = await silo.Program.UntilExitAsync(Deadline);

        Assert.Equal(1, exitCode);
        Assert.Contains("CORRELATION_DATABASE", Assert.Single(silo.Program.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_an_address_is_told_which_setting_to_change()
    {
        await using var first = await SiloProcess.StartNewAsync();
        await using var second = new SiloProcess(new SiloSettings
        {
            Environment = new Dictionary<string, string?> { ["CORRELATION_URLS"] = first.Url },
        });

        await second.LaunchAsync();
        var exitCode = await second.Program.UntilExitAsync(Deadline);

        Assert.True(exitCode == 1, $"exit code {exitCode}: {second.Program.LogTail}");
        Assert.Contains(
            $"Failed to bind to address {first.Url}: address already in use. Stop the other program, or set CORRELATION_URLS " +
            "to another address.",
            second.Program.Log);
    }
}
