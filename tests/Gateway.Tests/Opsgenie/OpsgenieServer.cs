using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>The API over the real engine and a real store, in this process, on a free loopback port.</summary>
public sealed class OpsgenieServer : IAsyncLifetime, IDisposable
{
    public const string TeamKey = "11111111-2222-4333-8444-555555555555";
    public const string OtherTeamKey = "11111111-2222-4333-8444-666666666666";
    public const string AccountKey = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    public const string SenderKey = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    public const string ScheduleId = "00000000-0000-4000-8000-000000000002";
    public const string RotationId = "00000000-0000-4000-8000-000000000003";
    public const string TeamId = "00000000-0000-4000-8000-000000000001";

    private readonly TempFolder _folder = new("opsgenie");
    private readonly Meter _meter = new("Correlation.Gateway.Tests.Opsgenie");
    private ShardHost _shard = null!;
    private SqliteReads _reads = null!;
    private GatewayHost _gateway = null!;
    private GrainClient _grains = null!;
    private int _aliases;

    public Uri Address => _gateway.Http.BaseAddress!;

    /// <summary>An alias that no other test uses.</summary>
    public string NewAlias([System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        $"{test}-{Interlocked.Increment(ref _aliases)}";

    public async Task InitializeAsync()
    {
        var store = new SqliteStore(_folder.Path, NullLogger<SqliteStore>.Instance);
        var options = new ShardOptions();
        var inbox = new ShardInbox(options);
        var shard = new Shard(
            options, store, inbox, FirstPolicy(), new ShardMetrics(_meter, NullLogger<Shard>.Instance));
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var clock = new SlewedClock(TimeProvider.System);
        _shard = new ShardHost(shard, inbox, store, clock, lifetime, NullLogger<ShardHost>.Instance);
        await _shard.StartAsync(CancellationToken.None);
        _reads = new SqliteReads(_folder.Path);
        _grains = new GrainClient(shard, inbox, clock, TimeProvider.System);
        _gateway = await GatewayHost.StartAsync(_grains, _reads, app => app.MapOpsgenie());
        lifetime.NotifyStarted();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _shard.StopAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _reads.Dispose();
        _meter.Dispose();
        _folder.Dispose();
    }

    /// <summary>
    /// Sends the target as it is, not tidied, and holds every answer to the rules that all of them keep.
    /// </summary>
    public async Task<OpsgenieAnswer> SendAsync(
        string method,
        string target,
        object? body = null,
        string key = GatewayHost.Administrator,
        string scheme = "GenieKey")
    {
        var exactly = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(new HttpMethod(method),
            new Uri(Address.GetLeftPart(UriPartial.Authority) + target, exactly));
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, key);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            byte[] bytes => new ByteArrayContent(bytes),
            _ => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var response = await _gateway.Http.SendAsync(request);
        return await OpsgenieAnswer.ReadAsync(response);
    }

    public Task<OpsgenieAnswer> PostAsync(
        string alias, string action, object? body = null, string key = GatewayHost.Administrator) =>
        SendAsync("POST", TargetOf(alias, action), body, key);

    public Task<OpsgenieAnswer> PutAsync(string alias, string field, object body) =>
        SendAsync("PUT", TargetOf(alias, field), body);

    /// <summary>Notes, logs or recipients.</summary>
    public async Task<JsonElement> ListAsync(string alias, string what) =>
        (await SendAsync("GET", TargetOf(alias, what))).Is(200).Data;

    /// <summary>Creates an alert and waits for nothing: 202 means that it is there.</summary>
    public async Task CreateAsync(string alias, object? more = null)
    {
        var body = new Dictionary<string, object?> { ["message"] = "Model Accuracy Drop - x", ["alias"] = alias };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            body[property.Name] = property.GetValue(more);
        }

        (await SendAsync("POST", "/v2/alerts", body)).Is(202);
    }

    /// <summary>A new team's id.</summary>
    public async Task<string> MakeTeamAsync(params string[] members) => (await SendAsync("POST", "/v2/teams", new
    {
        name = NewAlias("team"),
        members = members.Select(username => new { user = new { username }, role = "user" }),
    })).Is(201).Data.Text("id")!;

    public async Task<JsonElement> GetAsync(string alias) =>
        (await SendAsync("GET", $"/v2/alerts/{Uri.EscapeDataString(alias)}?identifierType=alias")).Is(200).Data;

    /// <summary>What became of a write.</summary>
    public async Task<JsonElement> StatusAsync(OpsgenieAnswer accepted) =>
        (await SendAsync("GET", "/v2/alerts/requests/" + accepted.Is(202).RequestId)).Is(200).Data;

    /// <summary>Commands whose deciding threw: whatever the edge lets through must be decidable.</summary>
    public async Task<long> PoisonedAsync() => (await _reads.FiguresAsync(CancellationToken.None)).Poison!.Value;

    /// <summary>
    /// Messages between grains are decided in a later turn: an incident takes a moment to hold its alert.
    /// </summary>
    public async Task<JsonElement> EventuallyAsync(string alias, Func<JsonElement, bool> condition, string expected)
    {
        var last = default(JsonElement);
        await Poll.UntilAsync(
            async () => condition(last = await GetAsync(alias)),
            TimeSpan.FromSeconds(10),
            () => $"{expected}, but the alert is {last}");
        return last;
    }

    /// <summary>Waits until an incident holds the alert and has paged somebody.</summary>
    public Task PagedAsync(string alias) => Poll.UntilAsync(
        async () => (await ListAsync(alias, "recipients")).GetArrayLength() > 0,
        TimeSpan.FromSeconds(10),
        () => $"somebody is paged for {alias}");

    /// <summary>What comes by another way than this API.</summary>
    public async Task TellAsync(GrainId grain, Command command) =>
        Assert.NotEqual(Outcome.Refused, (await _grains.SendAsync(grain, command, CommandClass.Intake)).Outcome);

    /// <summary>In force.</summary>
    public PolicyVersion Policy => _grains.Policy;

    /// <summary>The escalation that the alert's incident climbs, when it has one.</summary>
    public async Task<string> LadderOfAsync(string alias) =>
        (await IncidentOfAsync(alias, _ => true, "an incident holds it")).Ladder.Policy;

    /// <summary>The incident that holds the alert, when it is as expected.</summary>
    public async Task<IncidentState> IncidentOfAsync(string alias, Func<IncidentState, bool> condition, string expected)
    {
        IncidentState? incident = null;
        await Poll.UntilAsync(
            async () => await _grains.ReadAsync(new GrainId(GrainKind.Alert, alias)) is AlertState { IncidentId: { } id }
                && (incident = await _grains.ReadAsync(new GrainId(GrainKind.Incident, id)) as IncidentState) is not null
                && condition(incident),
            TimeSpan.FromSeconds(10),
            () => $"{expected}, of {alias}");
        return incident!;
    }

    private static string TargetOf(string alias, string action) => $"/v2/alerts/{alias}/{action}?identifierType=alias";

    private static PolicyVersion FirstPolicy() => new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Users =
        [
            new User("ada@example.com", "Ada", "UTC", [new DeliveryTarget("log", "")]),
            new User("bob@example.com", "Bob", "UTC", [new DeliveryTarget("log", "")]),
        ],
        Teams =
        [
            new Team("ml-platform", "", "", [new TeamMember("ada@example.com", true)], "platform"),
            new Team("serving", TeamId, "", [new TeamMember("bob@example.com", false)], "platform"),
        ],
        Channels = [new Channel("log", "log", Labels.Empty), new Channel("mail", "email", Labels.Empty)],
        Routes = [new Route("default", new MatcherSet([]), ["alias"], TimeSpan.Zero, TimeSpan.FromHours(4), null,
            null, null)],
        Escalations =
        [
            new Escalation("platform", "", null,
            [
                new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged,
                    new StepTarget(StepTargetType.User, "ada@example.com")),
                new EscalationStep(TimeSpan.FromMinutes(5), StepCondition.IfNotAcknowledged,
                    new StepTarget(StepTargetType.User, "bob@example.com")),
            ]),
        ],
        Schedules =
        [
            new Schedule("weekly", ScheduleId, "The file's", "Europe/Berlin",
            [
                new Rotation("first", new(2026, 1, 5, 9, 0), RotationType.Weekly, 1,
                    [Participant.User("ada@example.com"), Participant.User("bob@example.com")]) { Id = RotationId },
                new Rotation("second", new(2026, 1, 5, 9, 0), RotationType.Daily, 1,
                    [Participant.Escalation("platform"), Participant.Nobody])
                {
                    Id = "00000000-0000-4000-8000-000000000004",
                    Restrictions = [new TimeWindow(9 * 60, 17 * 60)],
                },
            ],
            "serving"),
        ],
        Maintenance =
        [
            new MaintenanceWindow(
                "w-1", "retrain", "Once a day", new MaintenanceScope(MatcherSet.Empty, [], ["model:nothing"], []),
                "UTC",
                new NodaTime.LocalDateTime(2026, 1, 1, 0, 0), TimeSpan.FromHours(1), Recurrence.Daily, [], null),
        ],
        Origins =
        [
            new Origin("schedules", "weekly", "schedules.yaml"),
            new Origin("teams", "serving", "site.yaml"),
            new Origin("escalations", "platform", "site.yaml"),
            new Origin("users", "ada@example.com", "site.yaml"),
            new Origin("keys", "sender", "site.yaml"),
            new Origin("maintenance", "retrain", "site.yaml"),
        ],
        Keys =
        [
            Key("serving key", TeamKey, ApiKeyType.Integration, "serving", KeyRights.All),
            Key("platform key", OtherTeamKey, ApiKeyType.Integration, "ml-platform", KeyRights.All),
            Key("console", AccountKey, ApiKeyType.Account, null, KeyRights.All),
            Key("sender", SenderKey, ApiKeyType.Integration, null, KeyRights.CreateAndUpdate),
        ],
    };

    private static ApiKey Key(string name, string key, ApiKeyType type, string? team, KeyRights rights) =>
        new(name, KeyHash.Of(Guid.Parse(key)), type, team, rights);
}
