using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.RealClients;

/// <summary>
/// What the README promises: its call, with curl, opens an incident that pages, climbs its ladder on time and resolves
/// on close. The configuration is the shipped one, but five minutes of a ladder pass in a second.
/// </summary>
public sealed partial class FirstAlertTests(ITestOutputHelper output)
{
    private const string Churn = "model:churn_model";
    private const string Senior = "senior-data-scientist@example.com";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Of data science, after its first page: the schedule, the senior, the manager, the team. The last one leaves time
    /// to close.
    /// </summary>
    private static readonly TimeSpan[] Steps = [.. ((double[])[0, 2, 3, 16]).Select(TimeSpan.FromSeconds)];

    [Fact]
    public async Task The_readmes_call_pages_climbs_on_time_falls_to_the_next_channel_and_resolves_on_close()
    {
        await using var sink = await WebhookSink.StartNewAsync();
        await using var mail = SmtpSink.StartNew();
        using var policy = FastPolicy(sink, mail);
        await using var silo = await SiloProcess.StartNewAsync(policy.Settings);
        var (readme, incidents) = (new Readme(silo), new Incidents(silo));
        sink.Answer("/down", new SinkAnswer(503));

        var answer = JsonSerializer.Deserialize<JsonElement>(await readme.CreateAsync());
        Assert.Equal("Request will be processed", answer.Text("result"));
        await CreateAsync(silo, "acknowledged");
        await CreateAsync(silo, "unanswered");

        var first = await PageAsync(sink, Churn, step: 1);
        AssertSigned(first);
        AssertTheSeeds(Data(first));
        await PageAsync(sink, "model:acknowledged", step: 1);
        using var acknowledged = await silo.Client.PostAsJsonAsync(
            "/v2/alerts/acknowledged/acknowledge?identifierType=alias", new { user = "data-scientist@example.com" });
        acknowledged.EnsureSuccessStatusCode();

        var copies = await sink.WaitForAsync(
            request => request.Path == "/down" && Data(request).Text("entity") == Churn, 3, Deadline, "three attempts");
        var third = await PageAsync(sink, Churn, step: 3);
        var letter = await mail.WaitForAsync(
            letter => letter.Text.Contains(Churn, StringComparison.Ordinal), Deadline,
            "the page that the webhook did not take");
        AssertOneMessage(copies, letter);
        AssertOnTime([first, copies[0], third]);

        await readme.CloseAsync();
        var resolved = await incidents.OfAsync(Churn, i => i.Text("status") == "resolved", "is resolved");
        Assert.Equal(JsonValueKind.Null, resolved.GetProperty("escalation").GetProperty("nextAt").ValueKind);
        Assert.Equal(
            [(1, "chat", "delivered"), (2, "mail", "delivered"), (3, "chat", "delivered")],
            resolved.GetProperty("pages")
                .EnumerateArray()
                .Select(p => (p.Number("step"), p.Text("channel"), p.Text("state"))));
        var timeline = await incidents.TimelineAsync(resolved);
        Assert.Equal(3, timeline.Count(line => line == $"{Senior} by chat: HTTP 503 from 127.0.0.1."));
        Assert.Contains(timeline, line => line.StartsWith($"{Senior} by mail: ", StringComparison.Ordinal));

        // The last step of a younger incident comes after those that the others would have had.
        await sink.WaitForAsync(
            request => IsPage(request, "model:unanswered", step: 4), 4, Deadline, "the whole team is paged in the end");
        AssertNoneDecidedAfter(sink, Churn, resolved.Time("resolvedAt"));
        var inHand = await incidents.OfAsync("model:acknowledged");
        Assert.Equal(("acknowledged", "data-scientist@example.com"), (inHand.Text("status"), inHand.Text("owner")));
        AssertNoneDecidedAfter(sink, "model:acknowledged", inHand.Time("acknowledgedAt"));
    }

    private static ShippedPolicy FastPolicy(WebhookSink sink, SmtpSink mail)
    {
        var policy = new ShippedPolicy($"{sink.Url}/pages");
        policy.Change("escalations.yaml", text => Minutes().Replace(text, minutes =>
            $"after: {minutes.Groups[1].Value switch { "5" => 1, "10" => 2, "15" => 3, _ => 16 }}s"));
        policy.Change("channels.yaml", "port: 25", $"port: {mail.Port}");
        policy.Change(
            "users.yaml",
            "Senior Data Scientist\n    time_zone: Europe/Berlin\n    contacts: [{ channel: chat }]",
            $$"""
            Senior Data Scientist
                time_zone: Europe/Berlin
                contacts:
                  - { channel: chat, address: "{{sink.Url}}/down" }
                  - { channel: mail, address: {{Senior}} }
                  - { channel: log }
            """);
        return policy;
    }

    private static async Task CreateAsync(SiloProcess silo, string model)
    {
        using var response = await silo.Client.PostAsJsonAsync("/v2/alerts", new
        {
            message = $"Model Accuracy Drop - {model}",
            alias = model,
            tags = (string[])["model-quality"],
            details = new { model },
        });
        response.EnsureSuccessStatusCode();
    }

    private static Task<SinkRequest> PageAsync(WebhookSink sink, string entity, int step) => sink.WaitForAsync(
        request => IsPage(request, entity, step), Deadline, $"step {step} for {entity}");

    private static bool IsPage(SinkRequest request, string entity, int step) =>
        Data(request).Text("entity") == entity && Data(request).Number("step") == step;

    private static void AssertNoneDecidedAfter(WebhookSink sink, string entity, DateTimeOffset answered) => Assert.DoesNotContain(
        sink.Requests, request => Data(request).Text("entity") == entity && request.Json.Time("timestamp") > answered);

    private static JsonElement Data(SinkRequest request) => request.Json.GetProperty("data");

    /// <summary>
    /// As a receiver would by the text of Standard Webhooks: id, time of the attempt and body, under the shared secret.
    /// </summary>
    private static void AssertSigned(SinkRequest request)
    {
        var (id, timestamp) = (request.Headers["webhook-id"], request.Headers["webhook-timestamp"]);
        var key = Convert.FromBase64String(ShippedPolicy.Secret.Change("whsec_", ""));
        var signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.{request.Text}");
        Assert.Equal(
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}", request.Headers["webhook-signature"]);
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture));
        Assert.InRange(request.ArrivedAt, sent, sent.AddMinutes(5));
        Assert.Equal("incident.page", request.Json.Text("type"));
    }

    private static void AssertTheSeeds(JsonElement page)
    {
        Assert.Equal("Model Accuracy Drop - churn_model", page.Text("title"));
        Assert.Equal("Accuracy dropped from 0.90 to 0.82. Check data drift.", page.Text("description"));
        Assert.Equal(("P2", "data-science"), (page.Text("priority"), page.Text("team")));
        Assert.Equal((Churn, "model-quality-drop"), (page.Text("entity"), page.Text("kind")));
        Assert.StartsWith("data-scientist", page.Text("who"), StringComparison.Ordinal);
        Assert.Contains("1. Check data drift.", page.Text("runbook"), StringComparison.Ordinal);
    }

    /// <summary>All copies of a page are one to whoever gets several, on whatever channel.</summary>
    private static void AssertOneMessage(IReadOnlyList<SinkRequest> copies, ReceivedMail letter)
    {
        Assert.Equal(3, copies.Count);
        Assert.All(copies, AssertSigned);
        Assert.Single(copies.Select(copy => copy.Text).Distinct());
        var id = Assert.Single(copies.Select(copy => copy.Headers["webhook-id"]).Distinct());
        Assert.Equal($"<{id}@example.com>", letter.Header("Message-ID"));
        Assert.Equal([Senior], letter.Recipients);
        Assert.Contains("Model Accuracy Drop - churn_model", letter.Subject, StringComparison.Ordinal);
        Assert.True(letter.ArrivedAt >= copies[^1].ArrivedAt);
    }

    /// <summary>By the service's clock: never early, and late only by what a busy machine takes.</summary>
    private void AssertOnTime(SinkRequest[] pages)
    {
        var decided = pages.Select(page => page.Json.Time("timestamp")).ToList();
        for (var step = 1; step < pages.Length; step++)
        {
            var late = decided[step] - decided[step - 1] - (Steps[step] - Steps[step - 1]);
            output.WriteLine($"step {step + 1} was late by {late.TotalMilliseconds} ms");
            Assert.InRange(late, TimeSpan.Zero, AtOnce);
        }
    }

    [GeneratedRegex(@"after: (\d+)m")]
    private static partial Regex Minutes();
}
