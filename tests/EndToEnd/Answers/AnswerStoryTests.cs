using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Correlation.TestKit.Peers;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Answers;

/// <summary>
/// From the alert to the message, from the click to the changed message, over a kill of the service in between.
/// </summary>
public sealed class AnswerStoryTests : IAsyncLifetime, IDisposable
{
    private const string SigningSecret = "slack-signing-secret";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SlackPeer _slack = new();
    private readonly TempFolder _folder = new("answers");
    private WebhookSink _hook = null!;
    private SiloProcess _silo = null!;

    public async Task InitializeAsync()
    {
        await _slack.StartAsync();
        _hook = await WebhookSink.StartNewAsync();
        _folder.Write("policy.yaml", $$"""
            settings: { default_team: ml, acknowledge_timeout: 8h }
            users:
              - { name: ann@example.com, contacts: [{ channel: slack, address: U0ANN00001 }] }
              - { name: bob@example.com, contacts: [{ channel: hook }] }
            teams: [{ name: ml, members: [ann@example.com, bob@example.com], escalation: ladder }]
            channels:
              - { name: slack, type: slack, token: {{SlackPeer.Token}}, signing_secret: {{SigningSecret}}, url: "{{_slack.Url}}/api" }
              - { name: hook, type: webhook, url: "{{_hook.Url}}/hook" }
            routes: [{ name: all, group_wait: 0s }]
            escalations: [{ name: ladder, steps: [{ after: 0s, notify: "team:ml" }] }]
            """);
        _silo = await SiloProcess.StartNewAsync(new SiloSettings
        {
            Configuration = _folder.Path,
            Environment = new Dictionary<string, string?> { ["CORRELATION_PUBLIC_URL"] = "https://oncall.example.test/prefix" },
        });
    }

    public async Task DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _slack.DisposeAsync();
        await _hook.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_click_in_Slack_acknowledges_and_the_message_shows_it_also_after_a_kill()
    {
        await CreateAsync("churn");
        var message = await ShownAsync("[P1]");
        await WrittenDownAsync();
        await _silo.KillAsync();
        await _silo.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await ClickAsync("U0ANN00001", Button(message, "acknowledge")));

        var acknowledged = await ShownAsync("(Acknowledged by ann@example.com)");
        Assert.DoesNotContain(
            acknowledged.GetProperty("blocks").EnumerateArray(), b => b.GetProperty("type").GetString() == "actions");

        using var closed = await _silo.Client.PostAsJsonAsync(
            "/v2/alerts/churn/close?identifierType=alias", new { user = "bob@example.com" });
        closed.EnsureSuccessStatusCode();
        await ShownAsync("(Resolved");
        Assert.Single(_slack.Messages);
    }

    [Fact]
    public async Task A_link_survives_a_kill_and_says_who_has_it()
    {
        await CreateAsync("drift");
        var page = await _hook.WaitForAsync(_ => true, Deadline, "the page of bob");
        var link = page.Json.GetProperty("data").GetProperty("acknowledgeUrl").GetString()!;
        Assert.StartsWith("https://oncall.example.test/prefix/answers/", link, StringComparison.Ordinal);
        await _silo.KillAsync();
        await _silo.StartAsync();

        using var telephone = new HttpClient { BaseAddress = new Uri(_silo.Url) };
        var path = new Uri(link).AbsolutePath["/prefix".Length..];
        Assert.Contains("<button>Acknowledge</button>", await telephone.GetStringAsync(path), StringComparison.Ordinal);
        Assert.Contains("Acknowledged: you have it.", await PostAsync(telephone, path), StringComparison.Ordinal);
        Assert.Contains(
            "It was acknowledged by bob@example.com.", await PostAsync(telephone, path), StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(HttpClient client, string path)
    {
        using var response = await client.PostAsync(path, null);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    private static string Button(JsonElement message, string action) => message.GetProperty("blocks").EnumerateArray()
        .Where(block => block.GetProperty("type").GetString() == "actions")
        .SelectMany(block => block.GetProperty("elements").EnumerateArray())
        .Single(button => button.GetProperty("action_id").GetString() == action)
        .GetProperty("value").GetString()!;

    private async Task CreateAsync(string alias)
    {
        using var created = await _silo.Client.PostAsJsonAsync(
            "/v2/alerts", new { message = "Model accuracy drop", alias, entity = "model:" + alias, priority = "P1" });
        created.EnsureSuccessStatusCode();
    }

    /// <summary>The service knows what became of every page: killed before, it would send one again.</summary>
    private Task WrittenDownAsync() => Poll.UntilAsync(
        async () =>
        {
            var listed = await _silo.Client.GetFromJsonAsync<JsonElement>("/api/v1/incidents");
            var pages = listed.GetProperty("items")
                .EnumerateArray()
                .SelectMany(i => i.GetProperty("pages").EnumerateArray())
                .ToList();
            return pages.Count > 0 && pages.TrueForAll(page => page.GetProperty("state").GetString() == "delivered");
        },
        Deadline,
        () => "every page known as delivered");

    /// <summary>The one message of the channel, once it shows this.</summary>
    private async Task<JsonElement> ShownAsync(string words)
    {
        var shown = default(JsonElement);
        await Poll.UntilAsync(
            () => _slack.Messages.Values.Any(message =>
            {
                shown = message;
                return message.GetProperty("text").GetString()!.Contains(words, StringComparison.Ordinal);
            }),
            Deadline,
            () => $"a message in Slack with '{words}'; shown are {string.Join(", ", _slack.Messages.Values.Select(m => m.GetProperty("text")))}");
        return shown;
    }

    private async Task<HttpStatusCode> ClickAsync(string user, string value)
    {
        var payload = JsonSerializer.Serialize(new
        {
            type = "block_actions",
            user = new { id = user },
            actions = new[] { new { action_id = "acknowledge", value } },
        });
        var body = "payload=" + WebUtility.UrlEncode(payload);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(SigningSecret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"));
        using var slack = new HttpClient { BaseAddress = new Uri(_silo.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/answers/slack")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", $"v0={Convert.ToHexStringLower(mac)}");
        using var response = await slack.SendAsync(request);
        return response.StatusCode;
    }
}
