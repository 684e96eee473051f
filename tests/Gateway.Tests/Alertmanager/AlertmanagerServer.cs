using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

/// <summary>The API over the real engine and a real store, in this process, on a free loopback port.</summary>
public sealed class AlertmanagerServer : IAsyncLifetime
{
    public const string TeamKey = "11111111-2222-4333-8444-555555555555";
    public const string SenderKey = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee";

    private RunningEngine _engine = null!;
    private GatewayHost _gateway = null!;

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(Policy());
        _gateway = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app => app.MapAlertmanager(),
            services => services.AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)),
            app => app.UseCrossOrigin());
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _engine.DisposeAsync();
    }

    /// <param name="body">A text as it is, anything else as JSON.</param>
    public async Task<ServerAnswer> SendAsync(
        string method, string target, object? body = null, string key = GatewayHost.Administrator)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = body switch
        {
            null => null,
            byte[] bytes => new ByteArrayContent(bytes),
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var response = await _gateway.Http.SendAsync(request);
        return new ServerAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>What a browser asks before it lets a script of another site call; it sends no key.</summary>
    public async Task<HttpResponseMessage> AskAsync(string method, string target)
    {
        using var client = new HttpClient { BaseAddress = _gateway.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Options, target);
        request.Headers.Add("Origin", "https://karma.example.org");
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return await client.SendAsync(request);
    }

    public async Task<JsonElement> GetAsync(string target, string key = GatewayHost.Administrator) =>
        (await SendAsync("GET", target, key: key)).Is(200).Json;

    public async Task PostAsync(params object[] alerts) =>
        Assert.Equal("", (await SendAsync("POST", "/api/v2/alerts", alerts)).Is(200).Body);

    /// <summary>The alert with this label n as it is decided; null when there is none.</summary>
    public async Task<AlertState?> StateAsync(string n, string sender = "administrator")
    {
        var alias = $"am:{sender}:{LabelFingerprint.Of(Labels.From([new("n", n)]))}";
        return await _engine.Grains.ReadAsync(new GrainId(GrainKind.Alert, alias)) as AlertState;
    }

    public ValueTask<GrainState?> ReadAsync(GrainId grain) => _engine.Grains.ReadAsync(grain);

    /// <summary>Makes a silence of one label and answers with its id.</summary>
    public async Task<string> SilenceAsync(string name, string value, object? more = null) =>
        (await SendAsync("POST", "/api/v2/silences", Silence(name, value, more)))
            .Is(200).Json.GetProperty("silenceID")
            .GetString()!;

    public static Dictionary<string, object?> Silence(string name, string value, object? more = null)
    {
        var silence = new Dictionary<string, object?>
        {
            ["matchers"] = new[] { new { name, value, isRegex = false } },
            ["startsAt"] = DateTimeOffset.UtcNow,
            ["endsAt"] = DateTimeOffset.UtcNow.AddHours(1),
            ["createdBy"] = "ada",
            ["comment"] = "known",
        };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            silence[property.Name] = property.GetValue(more);
        }

        return silence;
    }

    private static PolicyVersion Policy() => Policies.Small with
    {
        Kinds =
        [
            .. Policies.Small.Kinds,
            new Kind("watchdog", "", ["Watchdog"], [], Priority.P2, "ml-platform", ["cluster"], null, "look", ["Look"])
            {
                IsHeartbeat = true,
            },
        ],
        Teams = [.. Policies.Small.Teams, new Team("serving", "", "", [], "ladder")],
        Routes =
        [
            Policies.Small.Routes[0] with { Name = "serving", Match = Policies.Match("{tier=\"serving\"}"), Team = "serving" },
            .. Policies.Small.Routes,
        ],
        InhibitRules =
        [
            new InhibitRule("explained", Policies.Match("role=source"), Policies.Match("role=target"), ["node"]),
        ],
        Keys =
        [
            new ApiKey(
                "serving key", KeyHash.Of(Guid.Parse(TeamKey)), ApiKeyType.Integration, "serving", KeyRights.All),
            new ApiKey(
                "sender", KeyHash.Of(Guid.Parse(SenderKey)), ApiKeyType.Integration, null, KeyRights.CreateAndUpdate),
        ],
    };
}

public sealed record ServerAnswer(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public ServerAnswer Is(int status)
    {
        Assert.True((int)Status == status, $"expected {status}, was {(int)Status}: {Body}");
        return this;
    }
}
