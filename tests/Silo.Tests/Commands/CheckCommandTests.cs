using System.CommandLine;
using Correlation.Silo.Commands;
using Correlation.Silo.Tests.Configuration;
using Xunit;

namespace Correlation.Silo.Tests.Commands;

public sealed class CheckCommandTests
{
    [Fact]
    public void A_good_folder_is_one_line_and_success()
    {
        using var folder = MinimalFolder.Create();
        Assert.Equal((0, $"{folder.Path}: 1 file, 0 errors, 0 warnings\n"), Check(folder.Path));
    }

    [Fact]
    public void A_folder_with_warnings_only_is_a_success()
    {
        using var folder = MinimalFolder.Create();
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

    private static (int Code, string Output) Check(string folder)
    {
        using var output = new StringWriter();
        var code = new RootCommand { CheckCommand.Create(FolderReading.Channels, TimeProvider.System) }
            .Parse(["check", folder])
            .Invoke(new InvocationConfiguration { Output = output });
        return (code, output.ToString());
    }
}
