using System.Net.Http.Json;
using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.RealClients;

/// <summary>The replay command on the data folder of a service that runs.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task A_running_service_is_replayed_under_a_changed_ladder_and_goes_on_undisturbed()
    {
        await using var silo = await SiloProcess.StartNewAsync();
        var alert = new { message = "Model Accuracy Drop - churn_model", alias = "accuracy", entity = "model:churn_model", priority = "P1" };
        (await silo.Client.PostAsJsonAsync("/v2/alerts", alert)).EnsureSuccessStatusCode();
        var incidents = new Incidents(silo);
        await incidents.OfAsync("model:churn_model", i => i.GetProperty("pages").GetArrayLength() > 0, "is paged");
        using var changed = new TempFolder("replay-configuration");
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "config")))
        {
            // Nobody is woken within the time of this test.
            changed.Write(
                Path.GetFileName(file),
                File.ReadAllText(file).Replace("group_wait: ", "group_wait: 1h # ", StringComparison.Ordinal));
        }

        var same = await ReplayAsync(silo, Path.Combine(Repository.Root, "deploy", "config"));
        Assert.Equal(1, Of(same, "difference", "before", "pages").GetInt32());
        Assert.Equal(0, Of(same, "difference", "pages").GetArrayLength());
        Assert.Equal(0, Of(same, "recorded", "incidents").GetArrayLength());

        var other = await ReplayAsync(silo, changed.Path);
        Assert.Equal((1, 0), (Of(other, "difference", "before", "pages").GetInt32(), Of(other, "difference", "after", "pages").GetInt32()));
        Assert.Equal("gone", Of(other, "difference", "pages")[0].GetProperty("kind").GetString());
        (await silo.Client.PostAsJsonAsync("/v2/alerts", alert)).EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement> ReplayAsync(SiloProcess silo, string folder)
    {
        var replay = await SiloCommand.RunAsync(
            "replay", "--config", folder, "--CORRELATION_DATA", silo.Data, "--json");
        Assert.True(replay.ExitCode == 0, replay.Output);
        return JsonSerializer.Deserialize<JsonElement>(replay.Output);
    }

    private static JsonElement Of(JsonElement report, params string[] path) =>
        path.Aggregate(report, (element, name) => element.GetProperty(name));
}
