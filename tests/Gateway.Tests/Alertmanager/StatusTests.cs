using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed class StatusTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    [Fact]
    public async Task The_configuration_is_one_that_alertmanager_could_run()
    {
        var status = await server.GetAsync("/api/v2/status");
        Assert.Equal("disabled", status.GetProperty("cluster").GetProperty("status").GetString());
        using var folder = new TempFolder("amconfig");
        var file = folder.Write("alertmanager.yml", status.GetProperty("config").GetProperty("original").GetString()!);
        var check = await Tool.RunAsync("amtool", "check-config", file);
        Assert.True(check.ExitCode == 0, check.Output);
        Assert.Contains("2 receivers", check.Output, StringComparison.Ordinal);

        var route = await Tool.RunAsync("amtool", "config", "routes", "test", $"--config.file={file}", "tier=serving");
        Assert.True(route.ExitCode == 0, route.Output);

        // Beside a warning of amtool's own, before it or after it.
        Assert.Contains("serving", route.Output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Receivers_are_teams() => Assert.Equal(
        """[{"name":"ml-platform","labels":{}},{"name":"serving","labels":{}}]""", (await server.GetAsync("/api/v2/receivers")).GetRawText());

    [Fact]
    public async Task It_says_that_it_lives_and_is_ready()
    {
        Assert.Equal("OK", (await server.SendAsync("GET", "/-/healthy")).Is(200).Body);
        Assert.Equal("OK", (await server.SendAsync("GET", "/-/ready")).Is(200).Body);
        (await server.SendAsync("HEAD", "/-/ready")).Is(200);
    }

    [Theory]
    [InlineData("POST", "/api/v1/alerts")]
    [InlineData("GET", "/api/v1/status")]
    [InlineData("GET", "/api/v1/receivers")]
    public async Task The_first_api_is_gone(string method, string path) =>
        Assert.Equal(
            "deprecated", (await server.SendAsync(method, path)).Is(410).Json.GetProperty("status").GetString());
}
