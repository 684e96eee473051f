using System.CommandLine;
using Correlation.Silo.Commands;
using Correlation.Silo.Tests.Configuration;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Commands;

public sealed class CheckCommandTests
{
    [Fact]
    public void A_good_folder_is_one_line_and_success()
    {
        using var folder = Reachable();
        Assert.Equal((0, $"{folder.Path}: 1 file, 0 errors, 0 warnings\n"), Check(folder.Path));
    }

    [Fact]
    public void A_folder_with_warnings_only_is_a_success()
    {
        using var folder = Reachable();
        folder.Write("more.yaml", "users: [{ name: bob }]\n");
        var (code, output) = Check(folder.Path);
        Assert.Equal(0, code);
        Assert.EndsWith(": 2 files, 0 errors, 1 warning\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_errors_prints_them_all_and_fails()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", "users: [{ nam: bob }]\nteams: [{ name: ml }]\n");
        var (code, output) = Check(folder.Path);
        Assert.Equal(1, code);
        Assert.Equal(
            [
                "users[0].name", "users[0].contacts", "users[0].nam",
                "teams[ml].escalation", "teams[ml].members", "teams[ml].name",
            ],
            output.Split('\n').Where(line => line.Contains("more.yaml:")).Select(line => line.Split(": ")[1]));
        Assert.EndsWith(": 2 files, 4 errors, 2 warnings\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_on_duty_and_reached_by_the_log_alone_or_by_nothing_is_named_with_what_names_them()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", """
            users: [{ name: bob, contacts: [{ channel: log }] }, { name: cleo }, { name: dan, contacts: [{ channel: log }] }]
            schedules: [{ name: weekly, time_zone: UTC, rotations: [{ name: r, start: 2026-01-05T09:00, type: weekly, participants: [bob, cleo] }] }]
            """);

        var (code, output) = Check(folder.Path);

        Assert.True(code == 0, output);
        Assert.Equal(
            [
                "more.yaml:1: users[cleo].contacts: warning: is missing, so no page reaches this user, whom schedule weekly names",
                "minimal.yaml: users[ann].contacts: warning: reach the service's own log alone, and escalation ladder names this user: no page wakes them",
                "more.yaml: users[bob].contacts: warning: reach the service's own log alone, and schedule weekly names this user: no page wakes them",
            ],
            output.Split('\n')
                .Where(line => line.Contains("].contacts", StringComparison.Ordinal))
                .Select(line => Path.GetFileName(line.Split(';')[0])));
        Assert.EndsWith(": 2 files, 0 errors, 3 warnings\n", output, StringComparison.Ordinal);
    }

    /// <summary>Whose one person is told by something else than the log.</summary>
    private static TempFolder Reachable()
    {
        var folder = MinimalFolder.Create();
        folder.Write("minimal.yaml", MinimalFolder.Yaml
            .Replace("{ channel: log }", "{ channel: chat }", StringComparison.Ordinal)
            .Replace(
                "channels: [",
                "channels: [{ name: chat, type: webhook, url: 'http://127.0.0.1:9/' }, ",
                StringComparison.Ordinal));
        return folder;
    }

    private static (int Code, string Output) Check(string folder)
    {
        using var output = new StringWriter();
        var code = new RootCommand { CheckCommand.Create(FolderReading.Channels, TimeProvider.System) }
            .Parse(["check", folder])
            .Invoke(new InvocationConfiguration { Output = output });
        return (code, output.ToString());
    }
}
