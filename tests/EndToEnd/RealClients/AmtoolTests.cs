using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.RealClients;

/// <summary>Debian's amtool against the real process, its key as the password in the address.</summary>
public sealed class AmtoolTests(ShippedService service) : IClassFixture<ShippedService>
{
    private string Url => UrlWith(service.Silo.ApiKey);

    [Fact]
    public async Task Alerts_are_added_found_by_filters_and_ended()
    {
        await RunAsync(
            "alert", "add", "ModelAccuracyDrop", "severity=warning", "model=fraud_model",
            "--annotation=summary=Accuracy of fraud_model is 0.80", "--generator-url=http://prometheus.example/graph");
        await RunAsync("alert", "add", "alertname=ServingLatencyHigh", "endpoint=fraud-v2");

        var found = Assert.Single(await QueryAsync("alert", "query", "model=fraud_model"));
        Assert.Equal("Accuracy of fraud_model is 0.80", found.GetProperty("annotations").Text("summary"));
        Assert.Equal("http://prometheus.example/graph", found.Text("generatorURL"));
        Assert.Equal("active", found.GetProperty("status").Text("state"));
        Assert.Equal(["data-science"], found.Texts("receivers", each: "name"));
        Assert.Equal(
            ["alertname", "model", "severity"],
            found.GetProperty("labels").EnumerateObject().Select(l => l.Name).Order());
        Assert.Equal(["fraud_model"], await NamesAsync("ModelAccuracyDrop", "model=~fraud.*"));
        Assert.Equal(["fraud-v2"], await NamesAsync("endpoint=~\"fraud.+\"", "kind=serving-latency-high"));
        Assert.Equal(["fraud-v2"], await NamesAsync("--receiver=ml-inf.*", "endpoint!=\"\""));
        Assert.Empty(await NamesAsync("model=fraud_model", "severity!~\"warn.*\""));
        Assert.Empty(await NamesAsync("--silenced", "model=fraud_model"));
        Assert.Contains(
            "ModelAccuracyDrop", await RunAsync("alert", "query", "model=fraud_model"), StringComparison.Ordinal);

        await RunAsync("alert", "add", "ModelAccuracyDrop", "severity=warning", "model=fraud_model", $"--end={Now:O}");
        Assert.Empty(await NamesAsync("model=fraud_model"));
        var incident = await service.Incidents.OfAsync(
            "model:fraud_model", i => i.Text("status") == "resolved", "is resolved");
        var alert = await service.Incidents.AlertAsync(incident.GetProperty("members")[0]);
        Assert.Equal("resolvedBySource", alert.Text("closedHow"));
    }

    [Fact]
    public async Task What_a_silence_held_back_names_it_and_pages_when_the_silence_is_expired()
    {
        var silence = await RunAsync(
            "silence", "add", "alertname=~GPUNode.*", "node=gpu-8", "--author=ann", "--comment=new driver",
            "--duration=2h");
        await RunAsync("alert", "add", "GPUNodeNotReady", "node=gpu-8", "severity=critical");
        await RunAsync("alert", "add", "GPUNodeNotReady", "node=gpu-9", "severity=critical");

        await service.PageAsync("entity", "node:gpu-9");
        var incident = await service.Incidents.OfAsync("node:gpu-8");
        Assert.Equal("open", incident.Text("status"));
        Assert.Equal([silence], incident.Texts("suppressedBy"));
        Assert.Equal([silence], incident.GetProperty("members")[0].Texts("suppressedBy"));
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("escalation").GetProperty("nextAt").ValueKind);
        Assert.Equal(0, incident.GetProperty("pages").GetArrayLength());
        Assert.DoesNotContain(service.Pages, page => page.Text("entity") == "node:gpu-8");
        var hidden = Assert.Single(await QueryAsync("alert", "query", "--silenced", "node=gpu-8"));
        Assert.Equal("suppressed", hidden.GetProperty("status").Text("state"));
        Assert.Equal([silence], hidden.GetProperty("status").Texts("silencedBy"));
        Assert.Empty(await NamesAsync("node=gpu-8"));
        Assert.Equal(["gpu-9"], await NamesAsync("node=~gpu-[89]"));

        await RunAsync("silence", "expire", silence);
        var page = await service.PageAsync("entity", "node:gpu-8");
        Assert.Equal(incident.Text("id"), page.Text("incidentId"));
        Assert.Equal(["gpu-8", "gpu-9"], await NamesAsync("node=~gpu-[89]"));
        Assert.DoesNotContain(silence, await SilenceIdsAsync("node=gpu-8"));
        Assert.Contains(silence, await SilenceIdsAsync("node=gpu-8", "--expired"));
        Assert.Contains(
            await service.Incidents.TimelineAsync(incident), line => line.Contains(silence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Silences_are_listed_with_their_matchers_author_and_end()
    {
        var before = DateTimeOffset.FromUnixTimeMilliseconds(Now.ToUnixTimeMilliseconds());
        var silence = await RunAsync(
            "silence", "add", "team=data-science", "model!=churn_model", "stage!~dev|test", "--author=bob",
            "--comment=night run");

        var shown = Assert.Single(await QueryAsync("silence", "query", "team=data-science"));
        Assert.Equal((silence, "bob", "night run"), (shown.Text("id"), shown.Text("createdBy"), shown.Text("comment")));
        Assert.Equal("active", shown.GetProperty("status").Text("state"));
        Assert.InRange(shown.Time("endsAt"), before + TimeSpan.FromHours(1), Now + TimeSpan.FromHours(1));
        Assert.Equal(["team", "model", "stage"], shown.Texts("matchers", each: "name"));
        Assert.Equal(
            [true, false, false], shown.GetProperty("matchers").EnumerateArray().Select(m => m.Flag("isEqual")));
        Assert.Equal(
            [false, false, true], shown.GetProperty("matchers").EnumerateArray().Select(m => m.Flag("isRegex")));
        Assert.Equal([silence], await SilenceIdsAsync("--created-by=bob"));
        Assert.Equal([silence], await SilenceIdsAsync("--within=61m", "--created-by=bob"));
        Assert.Empty(await SilenceIdsAsync("--within=10m", "--created-by=bob"));
        Assert.Empty(await SilenceIdsAsync("--created-by=nobody"));

        // Another server's silence is imported under an id that is not known here.
        using var folder = new TempFolder("silences");
        var exported = await RunAsync("silence", "query", "team=data-science", "--output=json");
        var file = folder.Write(
            "silences.json",
            exported.Change(silence, "00000000-1111-4222-8333-444444444444").Change("night run", "imported"));
        var imported = await RunAsync("silence", "import", file);
        Assert.Equal(
            ["imported", "night run"],
            (await QueryAsync("silence", "query", "team=data-science")).Select(s => s.Text("comment")).Order());
        Assert.DoesNotContain("00000000-1111-4222-8333-444444444444", imported, StringComparison.Ordinal);
        await RunAsync(["silence", "expire", .. await SilenceIdsAsync("team=data-science")]);
        Assert.Empty(await SilenceIdsAsync("team=data-science"));
    }

    [Fact]
    public async Task A_silence_that_is_updated_to_end_sooner_pages_what_still_fires_at_its_new_end()
    {
        var silence = await RunAsync(
            "silence", "add", "node=gpu-3", "--author=ann", "--comment=new driver", "--duration=2h");
        await RunAsync("alert", "add", "GPUNodeNotReady", "node=gpu-3", "severity=critical");
        var before = await service.Incidents.OfAsync("node:gpu-3");
        Assert.Equal([silence], before.Texts("suppressedBy"));

        var ends = Now + TimeSpan.FromSeconds(4);
        var updated = Assert.Single(
            await QueryAsync("silence", "update", silence, $"--end={ends:O}", "--comment=sooner"));
        Assert.Equal(silence, updated.Text("id"));
        var page = await service.PageAsync("entity", "node:gpu-3");

        Assert.Equal(before.Text("id"), page.Text("incidentId"));
        var after = await service.Incidents.OfAsync("node:gpu-3", i => i.Texts("suppressedBy") is [], "is free");
        Assert.True(after.GetProperty("pages")[0].Time("at") >= ends, after.ToString());
        var shown = Assert.Single(await QueryAsync("silence", "query", "--expired", "node=gpu-3"));
        Assert.Equal((silence, "sooner"), (shown.Text("id"), shown.Text("comment")));
    }

    [Fact]
    public async Task The_configuration_and_the_cluster_are_shown_and_routes_can_be_tried()
    {
        using var folder = new TempFolder("amtool");
        var configuration = await RunAsync("config", "show");
        var check = await Tool.RunAsync("amtool", "check-config", folder.Write("alertmanager.yml", configuration));
        Assert.True(check.ExitCode == 0, $"{check.Output}\n{configuration}");
        Assert.Contains(
            "kind=~\"serving-latency-high|gpu-node-down\"",
            await RunAsync("config", "routes", "show"),
            StringComparison.Ordinal);
        Assert.Equal("ml-platform", await RunAsync("config", "routes", "test", "severity=critical"));
        var cluster = await RunAsync("cluster", "show");
        Assert.Contains("disabled", cluster, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_configure_adds_alerts_and_is_refused_a_silence()
    {
        var sender = UrlWith(service.Key);
        var added = await Amtool.RunAsync(sender, "alert", "add", "DataDriftDetected", "model=senders_model");
        Assert.True(added.ExitCode == 0, added.Output);

        var refused = await Amtool.RunAsync(
            sender, "silence", "add", "model=senders_model", "--comment=x", "--author=x");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("403", refused.Output, StringComparison.Ordinal);
        var unknown = await Amtool.RunAsync(UrlWith(Guid.NewGuid().ToString()), "alert", "query");
        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Contains("401", unknown.Output, StringComparison.Ordinal);
        Assert.Equal(["senders_model"], await NamesAsync("model=senders_model"));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string UrlWith(string key) => service.Silo.Url.Change("http://", $"http://any:{key}@");

    /// <summary>
    /// What it prints when it succeeds. That our version of the API is not its own is only a warning.
    /// </summary>
    private async Task<string> RunAsync(params string[] arguments)
    {
        var result = await Amtool.RunAsync(Url, ["--no-version-check", .. arguments]);
        Assert.True(
            result.ExitCode == 0,
            $"amtool {string.Join(' ', arguments)}: {result.Output}\n{service.Silo.Program.LogTail}");
        return result.Output.Trim();
    }

    private async Task<JsonElement[]> QueryAsync(params string[] arguments) =>
        JsonSerializer.Deserialize<JsonElement[]>(await RunAsync([.. arguments, "--output=json"]))!;

    private async Task<string[]> SilenceIdsAsync(params string[] arguments) =>
        (await RunAsync(["silence", "query", "--quiet", .. arguments]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What each alert is about, sorted.</summary>
    private async Task<IEnumerable<string>> NamesAsync(params string[] arguments) =>
        (await QueryAsync(["alert", "query", .. arguments])).Select(alert => alert.GetProperty("labels")).Select(labels =>
            ((string[])["model", "endpoint", "node"]).Where(name => labels.Has(name)).Select(name => labels.Text(name)).First()).Order();
}
