using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// A process that restarts at night must page, although somebody broke the configuration in the afternoon.
/// </summary>
public sealed class BrokenFolderTests
{
    [Fact]
    public async Task A_restart_with_a_broken_folder_serves_on_what_was_good_last_and_says_so()
    {
        using var folder = new TempFolder("broken");
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("deploy", "config")))
        {
            folder.Write(Path.GetFileName(file), await File.ReadAllTextAsync(file));
        }

        await using var silo = await SiloProcess.StartNewAsync(new SiloSettings { Configuration = folder.Path });
        await silo.TerminateAsync(TimeSpan.FromSeconds(30));
        folder.Write("broken.yaml", "users: [{ name: bob, time_zone: CEST }]\n");

        await silo.StartAsync();

        var ready = JsonDocument.Parse(await silo.Client.GetStringAsync("/readyz")).RootElement;
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Contains("users[bob].time_zone", ready.GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var check = await Tool.RunAsync(
            dotnet, Repository.OutputOf("Silo", "Correlation.Silo.dll"), "check", folder.Path);
        Assert.Equal(1, check.ExitCode);
    }
}
