using System.Net.Http.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.RealClients;

/// <summary>The demo command against a running server with the shipped configuration.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_tells_its_story_and_shows_the_incidents_that_it_made_and_no_others()
    {
        await using var silo = await SiloProcess.StartNewAsync();
        var other = new { message = "Elsewhere a disk is full", alias = "other", entity = "node:other-1" };
        (await silo.Client.PostAsJsonAsync("/v2/alerts", other)).EnsureSuccessStatusCode();

        var demo = await SiloCommand.RunAsync("demo", "--url", silo.Url, "--key", silo.ApiKey, "--speed", "1");

        Assert.True(demo.ExitCode == 0, $"{demo.Output}\n{silo.Program.LogTail}");
        var incidents = new Incidents(silo);
        var made = new Dictionary<string, string>
        {
            ["job:airflow/build_user_features"] = "acknowledged",
            ["node:gpu-7"] = "resolved",
        };
        foreach (var (entity, status) in made)
        {
            var incident = await incidents.OfAsync(entity, i => i.Text("status") == status, $"is {status}");
            Assert.Contains(incident.Text("status"), demo.Output, StringComparison.Ordinal);
            Assert.Contains(incident.Text("title").Split(' ')[0], demo.Output, StringComparison.Ordinal);
        }

        Assert.Equal(made.Count + 1, (await incidents.AllAsync()).Count);
        Assert.DoesNotContain(
            "Elsewhere",
            demo.Output[demo.Output.IndexOf("Incidents", StringComparison.Ordinal)..],
            StringComparison.Ordinal);
        var churn = await incidents.OfAsync("job:airflow/build_user_features");
        Assert.Equal((4, "demo"), (churn.Number("memberCount"), churn.Text("owner")));
        Assert.Equal("job:airflow/build_user_features", churn.GetProperty("cause").Text("entity"));
        Assert.StartsWith(
            "`job:airflow/build_user_features` failed -> ", churn.Text("title"), StringComparison.Ordinal);
        Assert.StartsWith(
            "ml-platform-engineer",
            Assert.Single(churn.GetProperty("pages").EnumerateArray()).Text("who"),
            StringComparison.Ordinal);
        Assert.Contains(
            churn.GetProperty("notices").EnumerateArray(),
            notice => notice.Text("reason").Contains("owns a symptom", StringComparison.Ordinal));
        Assert.Contains(churn.GetProperty("members").EnumerateArray(), member => member.Number("count") == 2);
        var node = await incidents.OfAsync("node:gpu-7");
        Assert.Equal((2, "node:gpu-7"), (node.Number("memberCount"), node.GetProperty("cause").Text("entity")));
        Assert.StartsWith(
            "ml-infra-engineer",
            Assert.Single(node.GetProperty("pages").EnumerateArray()).Text("who"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_key_or_the_server_the_demo_says_what_to_do()
    {
        await using var silo = await SiloProcess.StartNewAsync();

        var refused = await SiloCommand.RunAsync("demo", "--url", silo.Url, "--key", Guid.NewGuid().ToString());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("The key was not accepted.", refused.Output, StringComparison.Ordinal);

        var alone = await SiloCommand.RunAsync(
            "demo", "--url", $"http://127.0.0.1:{FreePort.Next()}", "--key", silo.ApiKey);
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("dotnet run --project src/Silo -c Release", alone.Output, StringComparison.Ordinal);
    }
}
