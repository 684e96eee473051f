using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Query;
using Correlation.Gateway.Query.Events;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.TestKit;
using Correlation.TestKit.Processes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

/// <summary>The native API over the real engine and a real store.</summary>
public sealed class NativeServer : IAsyncLifetime
{
    public const string TeamKey = "11111111-2222-4333-8444-555555555555";
    public const string ReadKey = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    public const string Ada = "ada@example.com";
    public const string Bob = "bob@example.com";

    private RunningEngine _engine = null!;
    private GatewayHost _host = null!;
    private int _names;

    public HttpClient Http => _host.Http;

    public IReads Reads => _engine.Reads;

    /// <summary>Patterns of all that is mapped.</summary>
    public IEnumerable<string> Routes => _host.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'));

    public async Task InitializeAsync()
    {
        EventSignal? signal = null;
        _engine = await RunningEngine.StartAsync(Policy(), _ => signal?.Pulse());
        _host = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app => app.MapNative().MapAdmin().MapUnknownPaths(),
            services => services.AddNative()
                .AddAdmin()
                .AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well))
                .AddSingleton<IChannelHealth>(Channels)
                .AddSingleton<ITestPages>(Channels));
        signal = _host.Services.GetRequiredService<EventSignal>();
    }

    /// <summary>All is well with them unless a test says so.</summary>
    internal FixedChannels Channels { get; } = new();

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    /// <summary>A name that no other test uses.</summary>
    public string NewName([System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        $"{test}-{Interlocked.Increment(ref _names)}";

    /// <summary>Without an entity of its own each alias is an incident; with one, alerts of it share theirs.</summary>
    public async Task FireAsync(
        string alias, string? entity = null, Priority priority = Priority.P3, string team = "ml-platform")
    {
        var signal = new Grains.Alerts.Signal
        {
            Alias = alias,
            Message = "Model Accuracy Drop - " + alias,
            Entity = "model:" + (entity ?? alias),
            Labels = Labels.From([new("alertname", "ModelAccuracyDrop"), new("model", entity ?? alias)]),
            Priority = priority,
            KeyTeam = team,
        };
        var answer = await _engine.Grains.SendAsync(
            new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(signal), CommandClass.Intake);
        Assert.True(answer.Accepted, answer.Reason);
    }

    public async Task BeatAsync(string name, bool deleted)
    {
        var settings = new HeartbeatSettings(name, "", 10, "minutes", true, "ml-platform", "", [], Priority.P3);
        HeartbeatCommand[] commands = deleted
            ? [new HeartbeatCommand.Create(settings), new HeartbeatCommand.Delete()]
            : [new HeartbeatCommand.Create(settings), new HeartbeatCommand.Ping()];
        var to = new GrainId(GrainKind.Heartbeat, name);
        var answers = await _engine.Grains.SendAsync(
            [.. commands.Select(c => new GrainCommand(to, c))], CommandClass.Person);
        Assert.All(answers, a => Assert.True(a.Accepted, a.Reason));
    }

    /// <summary>Fires it and waits for its incident, which takes messages between grains.</summary>
    public async Task<JsonElement> OpenAsync(
        string alias, string? entity = null, Priority priority = Priority.P3, string team = "ml-platform")
    {
        await FireAsync(alias, entity, priority, team);
        var id = "";
        await Poll.UntilAsync(
            async () =>
            {
                var alert = await GetAsync("/api/v1/alerts/" + alias);
                id = alert.GetProperty("incident") is { ValueKind: JsonValueKind.Object } incident
                    ? incident.GetProperty("id").GetString()!
                    : "";
                return id.Length > 0;
            },
            TimeSpan.FromSeconds(10),
            () => $"an incident that holds the alert '{alias}'");
        return await GetAsync("/api/v1/incidents/" + id);
    }

    public async Task<JsonElement> GetAsync(string path, int status = 200, string key = GatewayHost.Administrator) =>
        await SendAsync(HttpMethod.Get, path, null, status, key);

    public async Task<JsonElement> PostAsync(
        string path,
        object? body = null,
        int status = 200,
        string key = GatewayHost.Administrator,
        string? idempotencyKey = null) =>
        await SendAsync(
            HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), status, key, idempotencyKey);

    public async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        int status = 200,
        string key = GatewayHost.Administrator,
        string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("GenieKey", key);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            (int)response.StatusCode == status,
            $"{method} {path}: expected {status}, got {(int)response.StatusCode} {text}");
        Assert.Equal(
            status < 400 ? "application/json" : "application/problem+json",
            response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }

    private static PolicyVersion Policy() => new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Users =
        [
            new User(Ada, "Ada", "UTC", [new DeliveryTarget("log", "")]),
            new User(Bob, "Bob", "UTC", [new DeliveryTarget("log", "")]),
        ],
        Teams =
        [
            new Team("ml-platform", "", "", [new TeamMember(Ada, true)], "platform"),
            new Team("serving", "", "", [new TeamMember(Bob, false)], "platform"),
            new Team("duty", "", "", [new TeamMember(Ada, false)], "duty"),
        ],
        Channels = [new Channel("log", "log", Labels.Empty)],
        Routes =
        [
            new Grains.Policy.Route(
                "default", MatcherSet.Empty, ["alertname"], TimeSpan.Zero, TimeSpan.FromHours(4), null, null, null),
        ],
        Escalations =
        [
            new Escalation("duty", "", null,
            [
                new EscalationStep(
                    TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Bob)),
                new EscalationStep(
                    TimeSpan.FromHours(1), StepCondition.IfNotAcknowledged,
                    new StepTarget(StepTargetType.Schedule, "pager")),
            ]),
            new Escalation("unmanned", "", null,
                [new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Admins, "serving"))]),
            new Escalation("platform", "", null,
            [
                new EscalationStep(
                    TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Ada)),
                new EscalationStep(
                    TimeSpan.FromMinutes(5), StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, Bob)),
            ]),
        ],
        Schedules =
        [
            new Schedule("days", "schedule-1", "", "Europe/Berlin",
            [
                new Rotation(
                    "first",
                    new(2026, 1, 5, 9, 0),
                    RotationType.Daily,
                    1,
                    [Participant.User(Ada), Participant.User(Bob)])
                {
                    Id = "rotation-1",
                },
            ],
            "duty"),
            new Schedule("office", "schedule-2", "", "UTC",
            [
                new Rotation(
                    "hours",
                    new(2026, 1, 5, 0, 0),
                    RotationType.Weekly,
                    1,
                    [Participant.Team("duty"), Participant.Nobody])
                {
                    Restrictions = [new TimeWindow(9 * 60, 17 * 60, NodaTime.IsoDayOfWeek.Monday, NodaTime.IsoDayOfWeek.Monday)],
                },
            ],
            "serving"),
            new Schedule("pager", "schedule-3", "", "UTC",
                [new Rotation("only", new(2026, 1, 5, 0, 0), RotationType.Weekly, 1, [Participant.User(Ada), Participant.Escalation("gone")])], "duty"),
        ],
        Entities = [new("model:filed", "serving") { Origin = Grains.Topology.EdgeOrigin.Configuration }],
        Edges = [new("table:filed", "model:filed") { Origin = Grains.Topology.EdgeOrigin.Configuration }],
        Origins =
        [
            new Origin("schedules", "days", "schedules.yaml"),
            new Origin("entities", "model:filed", "topology.yaml"),
            new Origin("edges", "table:filed -> model:filed", "topology.yaml"),
        ],
        Maintenance =
        [
            new MaintenanceWindow(
                "w-1", "retrain", "Once a day",
                new MaintenanceScope(Policies.Match("model=~\"maintained.*\""), ["ml-platform"], [], []), "UTC",
                new NodaTime.LocalDateTime(2026, 1, 1, 0, 0), TimeSpan.FromHours(22), Recurrence.Daily, [], null),
        ],
        Keys =
        [
            Key("serving key", TeamKey, ApiKeyType.Integration, "serving", KeyRights.All),
            Key("dashboard", ReadKey, ApiKeyType.Account, null, KeyRights.Read),
        ],
    };

    private static ApiKey Key(string name, string key, ApiKeyType type, string? team, KeyRights rights) =>
        new(name, KeyHash.Of(Guid.Parse(key)), type, team, rights);
}
