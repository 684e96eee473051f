using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Correlation.Gateway.Answers;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

/// <summary>The ways to answer a page, over the real engine and a real store.</summary>
public sealed class AnswerServer : IAsyncLifetime
{
    public const string Ada = "ada@example.com";
    public const string Bob = "bob@example.com";
    public const string AdaInSlack = "U0ADA00001";
    public const string AdasPhone = "+15550000001";
    public const string BobsPhone = "+15550000002";
    public const string SigningSecret = "slack-demo-secret";
    public const string Account = "AC0123456789abcdef0123456789abcdef";
    public const string AuthToken = "twilio-demo-token";
    public const string Public = "https://oncall.example.test/prefix";

    private RunningEngine _engine = null!;
    private GatewayHost _host = null!;
    private int _names;

    public AnswerKey Key { get; } = new(RandomNumberGenerator.GetBytes(AnswerKey.Size));

    public HttpClient Http => _host.Http;

    internal IGrains Grains => _engine.Grains;

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(Policy());
        _host = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app => app.MapAnswers(),
            services => services
                .AddAnswering()
                .AddSingleton(Key)
                .AddSingleton(new AnswerLinks(Key, new Uri(Public))));

        // Nothing here may lean on an API key.
        Http.DefaultRequestHeaders.Authorization = null;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    /// <summary>An incident of its own, whose first page is to Ada.</summary>
    public async Task<IncidentState> OpenAsync(string title = "Model Accuracy Drop")
    {
        var alias = $"alert-{Interlocked.Increment(ref _names)}";
        var signal = new Correlation.Grains.Alerts.Signal
        {
            Alias = alias,
            Message = title,
            Entity = "model:" + alias,
            Labels = Labels.From([new("alertname", "ModelAccuracyDrop")]),
            Priority = Priority.P2,
        };
        await Grains.SendAsync(
            new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(signal), CommandClass.Intake);
        IncidentState? incident = null;
        await Poll.UntilAsync(
            async () =>
            {
                var alert = await Grains.ReadAsync(new GrainId(GrainKind.Alert, alias)) as AlertState;
                incident = alert?.IncidentId is { } id ? await FindAsync(id) : null;
                return incident?.Pages.Count > 0;
            },
            TimeSpan.FromSeconds(10),
            () => $"an incident of {alias} with a page");
        return incident!;
    }

    public async Task<IncidentState> FindAsync(string id) =>
        (IncidentState)(await Grains.ReadAsync(new GrainId(GrainKind.Incident, id)))!;

    public Task ActAsync(IncidentState incident, IncidentCommand.ByPerson action) =>
        Grains.SendAsync(incident.Grain, new IncidentCommand.Person(action), CommandClass.Person).AsTask();

    public string Token(AnswerAction action, IncidentState incident, string who = Ada, TimeSpan? age = null) =>
        new AnswerToken(
            action, incident.Id, who, incident.Pages[0].At - (age ?? TimeSpan.Zero) + AnswerLinks.ValidFor).Write(Key);

    /// <summary>As Twilio does: over the public URL and the fields by name.</summary>
    public async Task<(int Status, string Body)> TwilioAsync(
        string path, IReadOnlyDictionary<string, string> fields, string token = AuthToken)
    {
        var all = new SortedDictionary<string, string>(fields.ToDictionary(), StringComparer.Ordinal)
        {
            ["AccountSid"] = Account,
        };
        var signed = Public + path + string.Concat(all.Select(f => f.Key + f.Value));
#pragma warning disable CA5350
        var mac = HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(signed));
#pragma warning restore CA5350
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(all) };
        request.Headers.Add("X-Twilio-Signature", Convert.ToBase64String(mac));
        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>As Slack does: over the time and the body.</summary>
    public async Task<HttpStatusCode> SlackAsync(string payload, string secret = SigningSecret, TimeSpan age = default)
    {
        var body = "payload=" + WebUtility.UrlEncode(payload);
        var timestamp = (TimeProvider.System.GetUtcNow() + age)
            .ToUnixTimeSeconds()
            .ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/answers/slack")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", $"v0={Convert.ToHexStringLower(mac)}");
        using var response = await Http.SendAsync(request);
        return response.StatusCode;
    }

    private static PolicyVersion Policy() => new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Users =
        [
            new User(
                Ada, "Ada", "UTC",
                [new DeliveryTarget("phone", AdasPhone), new DeliveryTarget("chat", AdaInSlack)]),
            new User(
                Bob, "Bob", "UTC",
                [new DeliveryTarget("chat", "U0BOB00001"), new DeliveryTarget("phone", BobsPhone)]),
        ],
        Teams = [new Team("ml-platform", "", "", [new TeamMember(Ada, true)], "platform")],
        Channels =
        [
            new Channel("chat", "slack", Labels.From([new("token", "xoxb-1"), new("signing_secret", SigningSecret)])),
            new Channel("phone", "voice", Labels.From([new("account_sid", Account), new("auth_token", AuthToken)])),
        ],
        Routes =
        [
            new Route(
                "default", MatcherSet.Empty, ["alertname"], TimeSpan.Zero, TimeSpan.FromHours(4), null, null, null),
        ],
        Escalations =
        [
            new Escalation("platform", "", null,
            [
                new EscalationStep(
                    TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Ada)),
                new EscalationStep(
                    TimeSpan.FromHours(1), StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Bob)),
            ]),
        ],
    };
}
