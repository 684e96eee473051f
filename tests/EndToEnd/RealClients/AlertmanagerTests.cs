using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.RealClients;

/// <summary>Debian's Alertmanager with the shipped file in front of the real process, both ways it can send.</summary>
public sealed class AlertmanagerTests(ShippedService service) : IClassFixture<ShippedService>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private string Opsgenie => AlertmanagerFile.Opsgenie(service.Silo.Url, service.KeyFile);

    [Fact]
    public async Task What_fires_is_an_alert_as_the_shipped_file_says_pages_and_closes_when_it_resolves()
    {
        await using var alertmanager = await AlertmanagerProcess.StartNewAsync(Opsgenie);
        object alert = new
        {
            labels = new { alertname = "ModelServingLatencyHigh", severity = "critical", team = "ml-infra", endpoint = "churn-v3" },
            annotations = new { description = "P99 latency of endpoint churn-v3 is 994.4ms." },
        };
        await PostAsync(alertmanager, alert);

        var page = await service.PageAsync("entity", "endpoint:churn-v3");
        Assert.Equal("ModelServingLatencyHigh", page.Text("title"));
        Assert.Equal("P99 latency of endpoint churn-v3 is 994.4ms.", page.Text("description"));
        Assert.Equal(("P1", "ml-infra"), (page.Text("priority"), page.Text("team")));
        Assert.Equal("serving-latency-high", page.Text("kind"));
        Assert.Contains("2. Scale the HPA.", page.Text("runbook"), StringComparison.Ordinal);
        Assert.StartsWith("ml-infra-engineer", page.Text("who"), StringComparison.Ordinal);
        var incident = await service.Incidents.OfAsync(
            "endpoint:churn-v3", i => i.Texts("pages", each: "state") is ["delivered"], "knows that its page arrived");
        Assert.Equal(page.Text("incidentId"), incident.Text("id"));
        Assert.Equal(
            ("P1", "ml-infra", "open"), (incident.Text("priority"), incident.Text("team"), incident.Text("status")));

        var member = incident.GetProperty("members")[0];
        var shown = await OpsgenieAlertAsync(member);
        Assert.Equal("ModelServingLatencyHigh", shown.Text("message"));
        Assert.Equal("P99 latency of endpoint churn-v3 is 994.4ms.", shown.Text("description"));
        Assert.Equal(["ml", "ml-infra"], shown.Texts("tags"));
        Assert.Equal("P1", shown.Text("priority"));
        Assert.Equal("churn-v3", shown.GetProperty("details").Text("endpoint"));
        Assert.Equal(ShippedService.Sender, shown.GetProperty("integration").Text("name"));
        Assert.Equal([shown.Text("ownerTeamId")], shown.Texts("responders", each: "id"));

        await ResolveAsync(alertmanager, alert);
        await service.Incidents.OfAsync("endpoint:churn-v3", i => i.Text("status") == "resolved", "is resolved");
        Assert.Equal("closed", (await service.Incidents.AlertAsync(member)).Text("status"));
    }

    [Fact]
    public async Task Updates_change_message_and_description_and_page_nobody_again()
    {
        await using var alertmanager = await AlertmanagerProcess.StartNewAsync(Opsgenie
            .Change("message: '{{ .GroupLabels.alertname }}'", "message: '{{ .CommonAnnotations.summary }}'")
            .Change("        tags: ", "        update_alerts: true\n        tags: ")
            .Change(
                "        priority: ",
                "        responders: [{ type: teams, name: 'data-science,ml-infra' }]\n        priority: ")
            .Change("repeat_interval: 30m", "repeat_interval: 1s"));
        await PostAsync(alertmanager, Drop("falls", "Accuracy is 0.82."));
        var page = await service.PageAsync("entity", "model:ltv");
        Assert.Equal("falls", page.Text("title"));
        Assert.Equal(("data-science", "P3"), (page.Text("team"), page.Text("priority")));

        await PostAsync(alertmanager, Drop("falls more", "Accuracy is 0.71."));
        JsonElement shown = default;
        await Poll.UntilAsync(
            async () =>
            {
                shown = await OpsgenieAlertAsync(
                    (await service.Incidents.OfAsync("model:ltv")).GetProperty("members")[0]);
                return shown.Text("description") == "Accuracy is 0.71." && shown.Text("message") == "falls more";
            },
            Deadline,
            () => $"the alert has its new texts: {shown}");

        Assert.True(shown.Number("count") > 1);
        Assert.Equal(2, shown.GetProperty("responders").GetArrayLength());
        var pages = service.Pages.Where(p => p.Text("entity") == "model:ltv").ToList();
        Assert.Equal([1, 1], pages.Select(p => p.Number("step")));
        Assert.Contains(pages, p => p.Text("reason") == "responder team ml-infra");

        static object Drop(string summary, string description) => new
        {
            labels = new { alertname = "ModelAccuracyDrop", severity = "warning", team = "data-science", model = "ltv" },
            annotations = new { summary, description },
        };
    }

    [Fact]
    public async Task A_group_sent_to_the_webhook_is_one_incident_that_resolves_with_its_last_alert()
    {
        await using var alertmanager = await AlertmanagerProcess.StartNewAsync(
            AlertmanagerFile.Webhook(service.Silo.Url, service.KeyFile));
        object[] alerts = [Backlog("a"), Backlog("b"), Backlog("c"), Backlog("d")];
        await PostAsync(alertmanager, alerts);

        var page = await service.PageAsync("title", "Backlog grows");
        Assert.Equal(("P3", "ml-platform", ""), (page.Text("priority"), page.Text("team"), page.Text("entity")));
        var incident = await BacklogAsync(i => i.Number("openMembers") == alerts.Length, "has all alerts of its group");
        Assert.Equal(alerts.Length, incident.Number("memberCount"));
        Assert.All(incident.GetProperty("members").EnumerateArray(), member => Assert.Equal(
            "same group group:everything/ml-platform/alertname=BatchBacklog,namespace=ml,service=scoring", member.Text("reason")));
        var alert = await service.Incidents.AlertAsync(incident.GetProperty("members")[0]);
        Assert.Equal("Backlog grows", alert.Text("message"));
        Assert.Equal("https://example.com/pods", alert.GetProperty("texts").Text("runbook_url"));
        Assert.Equal(new Uri(alertmanager.Url).Port, new Uri($"http://{alert.Text("source")}").Port);

        await ResolveAsync(alertmanager, alerts[..1]);
        await BacklogAsync(i => i.Number("openMembers") == alerts.Length - 1, "lets go of what resolved");
        await ResolveAsync(alertmanager, alerts[1..]);
        incident = await BacklogAsync(i => i.Text("status") == "resolved", "is resolved");
        foreach (var member in incident.GetProperty("members").EnumerateArray())
        {
            Assert.Equal("resolvedBySource", (await service.Incidents.AlertAsync(member)).Text("closedHow"));
        }

        Assert.Single(service.Pages, p => p.Text("title") == "Backlog grows");

        static object Backlog(string pod) => new
        {
            labels = new { alertname = "BatchBacklog", severity = "warning", @namespace = "ml", service = "scoring", pod },
            annotations = new { summary = "Backlog grows", runbook_url = "https://example.com/pods" },
        };

        Task<JsonElement> BacklogAsync(Func<JsonElement, bool> wanted, string what) =>
            service.Incidents.TitledAsync("Backlog grows", wanted, what);
    }

    [Fact]
    public async Task A_heartbeat_is_pinged_by_webhook_with_the_key_as_password()
    {
        const string Name = "alertmanager-watchdog";
        using var created = await service.Silo.Client.PostAsJsonAsync(
            "/v2/heartbeats", new { name = Name, interval = 1, intervalUnit = "minutes", enabled = true });
        created.EnsureSuccessStatusCode();
        await using var alertmanager = await AlertmanagerProcess.StartNewAsync(Opsgenie
            .Change("receiver: opsgenie-ml\n", """
                receiver: opsgenie-ml
                  routes:
                    - receiver: heartbeat
                      matchers: [alertname = Watchdog]
                      repeat_interval: 1s

                """)
            .Change("receivers:\n", $$"""
                receivers:
                  - name: heartbeat
                    webhook_configs:
                      - url: {{service.Silo.Url}}/v2/heartbeats/{{Name}}/ping
                        http_config: { basic_auth: { password_file: {{service.KeyFile}} } }

                """));
        await PostAsync(alertmanager, new { labels = new { alertname = "Watchdog" } });

        var first = await PingedAfterAsync(null);
        await PingedAfterAsync(first);
        Assert.DoesNotContain(
            await service.Incidents.AllAsync(), i => i.Text("title").Contains("Watchdog", StringComparison.Ordinal));

        async Task<DateTimeOffset?> PingedAfterAsync(DateTimeOffset? last)
        {
            JsonElement heartbeat = default;
            DateTimeOffset? pinged = null;
            await Poll.UntilAsync(
                async () =>
                {
                    heartbeat = (await service.Incidents.GetAsync($"/v2/heartbeats/{Name}")).GetProperty("data");
                    pinged = heartbeat.Has("lastPingTime") ? heartbeat.Time("lastPingTime") : null;
                    return pinged is not null && pinged != last;
                },
                Deadline,
                () => $"Alertmanager pings: {heartbeat}. {alertmanager.Program.LogTail}");
            Assert.False(heartbeat.Flag("expired"));
            return pinged;
        }
    }

    private async Task<JsonElement> OpsgenieAlertAsync(JsonElement member)
    {
        var alias = Uri.EscapeDataString(member.Text("alias"));
        return (await service.Incidents.GetAsync($"/v2/alerts/{alias}?identifierType=alias")).GetProperty("data");
    }

    private static Task PostAsync(AlertmanagerProcess alertmanager, params object[] alerts) =>
        PostAsync(alertmanager, JsonSerializer.SerializeToNode(alerts)!.AsArray());

    private static Task ResolveAsync(AlertmanagerProcess alertmanager, params object[] alerts)
    {
        var body = JsonSerializer.SerializeToNode(alerts)!.AsArray();
        foreach (var alert in body)
        {
            alert!["endsAt"] = TimeProvider.System.GetUtcNow();
        }

        return PostAsync(alertmanager, body);
    }

    private static async Task PostAsync(AlertmanagerProcess alertmanager, JsonArray alerts)
    {
        using var client = new HttpClient();
        using var response = await client.PostAsJsonAsync($"{alertmanager.Url}/api/v2/alerts", alerts);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
