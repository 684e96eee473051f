using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>
/// Generated rubbish at every endpoint: never a 5xx, never another shape than a JSON object with its three fields.
/// </summary>
public sealed class RubbishTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>, IAsyncLifetime
{
    /// <summary>What stands in the targets for something whose id the service has drawn.</summary>
    private readonly Dictionary<string, string> _drawn = [];

    private static readonly (string Method, string Target, string Body)[] Endpoints =
    [
        ("POST", "/v2/alerts",
            """
            {"message":"m","alias":"r","tags":["a"],"details":{"a":"b"},"responders":[{"type":"team","name":"serving"}],
             "priority":"P2","actions":["x"],"visibleTo":[{"type":"user","username":"u"}],"note":"n","entity":"model:x",
             "source":"s","user":"u","description":"d"}
            """),
        ("POST", "/v2/alerts/r/close?identifierType=alias", """{"user":"u","source":"s","note":"n"}"""),
        ("POST", "/v2/alerts/r/acknowledge?identifierType=alias", """{"user":"u","note":"n"}"""),
        ("POST", "/v2/alerts/r/unacknowledge?identifierType=alias", """{"user":"u","note":"n"}"""),
        ("POST", "/v2/alerts/r/snooze?identifierType=alias", """{"endTime":"2099-01-01T00:00:00Z","user":"u"}"""),
        ("POST", "/v2/alerts/r/assign?identifierType=alias", """{"owner":{"username":"ada@example.com"}}"""),
        ("POST", "/v2/alerts/r/escalate?identifierType=alias", """{"escalation":{"name":"platform"}}"""),
        ("POST", "/v2/alerts/r/responders?identifierType=alias",
            """{"responder":{"type":"teams","name":"serving,ml-platform"}}"""),
        ("POST", "/v2/alerts/r/teams?identifierType=alias", """{"team":{"name":"serving"}}"""),
        ("POST", "/v2/alerts/r/tags?identifierType=alias", """{"tags":["a","b"]}"""),
        ("DELETE", "/v2/alerts/r/tags?identifierType=alias&tags=a,b", "{}"),
        ("POST", "/v2/alerts/r/details?identifierType=alias", """{"details":{"a":"b","c":"d"}}"""),
        ("DELETE", "/v2/alerts/r/details?identifierType=alias&keys=a", "{}"),
        ("POST", "/v2/alerts/r/actions/x?identifierType=alias", """{"user":"u"}"""),
        ("POST", "/v2/alerts/r/notes?identifierType=alias", """{"note":"n"}"""),
        ("PUT", "/v2/alerts/r/message?identifierType=alias", """{"message":"m"}"""),
        ("PUT", "/v2/alerts/r/description?identifierType=alias", """{"description":"d"}"""),
        ("PUT", "/v2/alerts/r/priority?identifierType=alias", """{"priority":"P4"}"""),
        ("DELETE", "/v2/alerts/r?identifierType=alias&user=u", "{}"),
        ("GET", "/v2/alerts/r?identifierType=alias", ""),
        ("GET", "/v2/alerts/r/notes?identifierType=alias&limit=3&order=asc&direction=prev&offset=x", ""),
        ("GET", "/v2/alerts/r/logs?identifierType=alias", ""),
        ("GET", "/v2/alerts/r/recipients?identifierType=alias", ""),
        ("GET", "/v2/alerts?query=status:open%20AND%20priority:(P1%20OR%20P2)&limit=5&sort=createdAt", ""),
        ("GET", "/v2/alerts/count?query=message:x*", ""),
        ("POST", "/v2/alerts/saved-searches",
            """
            {"name":"n","query":"status:open","owner":{"username":"u"},"teams":[{"name":"serving"}],"description":"d"}
            """),
        ("PATCH", "/v2/alerts/saved-searches/n?identifierType=name", """{"query":"priority:P1","description":"e"}"""),
        ("GET", "/v2/alerts/saved-searches/n?identifierType=name", ""),
        ("DELETE", "/v2/alerts/saved-searches/n?identifierType=name", ""),
        ("GET", "/v2/alerts/requests/7b0e3a0c-0000-8000-8000-000000000000", ""),
        ("POST", "/v2/heartbeats",
            """
            {"name":"h","interval":5,"intervalUnit":"minutes","enabled":true,"ownerTeam":{"name":"serving"},
             "alertTags":["a"],"alertPriority":"P1"}
            """),
        ("PATCH", "/v2/heartbeats/h", """{"interval":7,"description":"d"}"""),
        ("POST", "/v2/heartbeats/h/enable", "{}"),
        ("POST", "/v2/heartbeats/h/disable", "{}"),
        ("POST", "/v2/heartbeats/h/ping", "{}"),
        ("GET", "/v2/heartbeats/h", ""),
        ("GET", "/v2/heartbeats", ""),
        ("DELETE", "/v2/heartbeats/h", ""),
        ("POST", "/v2/schedules",
            """
            {"name":"rubbish","timezone":"Europe/Berlin","ownerTeam":{"name":"serving"},"enabled":true,"rotations":[
             {"name":"a","startDate":"2026-01-05T08:00:00Z","endDate":"2027-01-05T08:00:00Z","type":"daily","length":2,
              "participants":[{"type":"user","username":"ada@example.com"},{"type":"none"}],
              "timeRestriction":{"type":"weekday-and-time-of-day","restrictions":[
               {"startDay":"monday","startHour":8,"startMin":0,"endDay":"friday","endHour":18,"endMin":30}]}}]}
            """),
        ("PATCH", "/v2/schedules/rubbish?identifierType=name", """{"description":"d","timezone":"UTC","rotations":[]}"""),
        ("POST", "/v2/schedules/rubbish/rotations",
            """{"startDate":"2026-01-05T08:00:00Z","type":"weekly","participants":[{"type":"team","name":"serving"}]}"""),
        ("PATCH", "/v2/schedules/rubbish/rotations/a",
            """{"length":3,"timeRestriction":{"type":"time-of-day","restriction":{"startHour":8,"endHour":18}}}"""),
        ("POST", "/v2/schedules/weekly/overrides",
            """
            {"alias":"o","user":{"type":"user","username":"bob@example.com"},"startDate":"2170-01-01T00:00:00Z",
             "endDate":"2170-02-01T00:00:00Z","rotations":[{"name":"first"}]}
            """),
        ("PUT", "/v2/schedules/weekly/overrides/o",
            """{"user":{"type":"none"},"startDate":"2170-01-01T00:00:00Z","endDate":"2170-02-01T00:00:00Z"}"""),
        ("GET", "/v2/schedules?expand=rotation", ""),
        ("GET", "/v2/schedules/weekly/timeline?interval=2&intervalUnit=days&date=2026-01-05T08:00:00Z&expand=base,override", ""),
        ("GET", "/v2/schedules/on-calls?flat=true&date=2026-01-05T08:00:00Z", ""),
        ("GET", "/v2/schedules/weekly/next-on-calls?flat=false", ""),
        ("GET", "/v2/schedules/weekly/rotations/first", ""),
        ("DELETE", "/v2/schedules/weekly/overrides/o", ""),
        ("DELETE", "/v2/schedules/rubbish/rotations/a", ""),
        ("DELETE", "/v2/schedules/rubbish?identifierType=name", ""),
        ("POST", "/v2/users",
            """
            {"username":"r@example.com","fullName":"R","role":{"name":"User"},"timeZone":"UTC","locale":"de_DE","tags":["a"],
             "userAddress":{"city":"b"},"details":{"a":["b"]}}
            """),
        ("PATCH", "/v2/users/r@example.com", """{"fullName":"S","details":{}}"""),
        ("POST", "/v2/teams", """{"name":"r","description":"d","members":[{"user":{"username":"ada@example.com"},"role":"admin"}]}"""),
        ("POST", "/v2/teams/r/members?teamIdentifierType=name", """{"user":{"username":"bob@example.com"}}"""),
        ("POST", "/v2/escalations",
            """
            {"name":"r2","ownerTeam":{"name":"serving"},"rules":[{"condition":"if-not-acked","notifyType":"all","delay":{"timeAmount":5,
             "timeUnit":"minutes"},"recipient":{"type":"team","name":"serving"}}],"repeat":{"waitInterval":1,"count":1}}
            """),
        ("PATCH", "/v2/escalations/r2", """{"rules":[{"delay":{"timeAmount":1},"recipient":{"type":"user","username":"ada@example.com"}}]}"""),
        ("POST", "/v2/integrations",
            """{"name":"r3","type":"API","ownerTeam":{"name":"serving"},"allowWriteAccess":true,"responders":[{"type":"team","name":"serving"}]}"""),
        ("PUT", "/v2/integrations/r3", """{"name":"r3","enabled":false,"allowReadAccess":false}"""),
        ("POST", "/v2/teams/serving/routing-rules", "{}"),
        ("POST", "/v2/teams/r/routing-rules",
            """
            {"name":"x","order":0,"criteria":{"type":"match-all-conditions","conditions":[{"field":"message","operation":"matches","not":true,
             "expectedValue":"a+"}]},"timezone":"UTC","timeRestriction":{"type":"time-of-day","restriction":{"startHour":8,"endHour":18}},
             "notify":{"type":"schedule","name":"weekly"}}
            """),
        ("POST", "/v2/policies?teamId=serving",
            """
            {"type":"alert","name":"x","filter":{"type":"match-any-condition","conditions":[{"field":"tags","operation":"contains","expectedValue":"rubbish"}]},
             "message":"{{message}}","priority":"P3","tags":["a"],"responders":[{"type":"team","name":"serving"}],"details":{"a":"b"},"continue":true}
            """),
        ("PUT", "/v2/policies/POLICY", """{"type":"alert","name":"y","filter":{"type":"match-all"},"continue":true}"""),
        ("POST", "/v2/policies/POLICY/change-order", """{"targetIndex":0}"""),
        ("POST", "/v2/policies/POLICY/disable", "{}"),
        ("POST", "/v2/policies/POLICY/enable", "{}"),
        ("PATCH", "/v2/teams/TEAM/routing-rules/ROUTING", """{"name":"y","notify":{"type":"none"},"criteria":{"type":"match-all"}}"""),
        ("POST", "/v2/teams/TEAM/routing-rules/ROUTING/change-order", """{"order":0}"""),
        ("POST", "/v2/users/USER/contacts", """{"method":"email","to":"third@example.com"}"""),
        ("PATCH", "/v2/users/USER/contacts/CONTACT", """{"to":"fourth@example.com"}"""),
        ("POST", "/v2/users/USER/contacts/CONTACT/disable", "{}"),
        ("POST", "/v2/users/USER/contacts/CONTACT/enable", "{}"),
        ("POST", "/v2/users/USER/notification-rules",
            """
            {"name":"r","actionType":"create-alert","order":0,"enabled":true,"criteria":{"type":"match-all"},"repeat":{"loopAfter":0,"enabled":false},
             "notificationTime":[],"timeRestriction":{"type":"time-of-day","restriction":{"startHour":8,"endHour":18}},
             "steps":[{"enabled":true,"sendAfter":{"timeAmount":1,"timeUnit":"minute"},"contact":{"method":"email","to":"second@example.com"}}]}
            """),
        ("PATCH", "/v2/users/USER/notification-rules/RULE", """{"name":"s","order":1,"criteria":{"type":"match-all"}}"""),
        ("POST", "/v2/users/USER/notification-rules/RULE/change-order", """{"order":0}"""),
        ("POST", "/v2/users/USER/notification-rules/RULE/disable", "{}"),
        ("POST", "/v2/users/USER/notification-rules/RULE/enable", "{}"),
        ("POST", "/v2/users/USER/notification-rules/RULE/steps",
            """{"enabled":true,"sendAfter":{"timeAmount":2,"timeUnit":"minute"},"contact":{"method":"email","to":"second@example.com"}}"""),
        ("PATCH", "/v2/users/USER/notification-rules/RULE/steps/STEP", """{"sendAfter":{"timeAmount":3}}"""),
        ("POST", "/v1/maintenance",
            """
            {"description":"d","time":{"type":"schedule","startDate":"2190-01-01T10:00:00Z","endDate":"2190-01-01T12:00:00Z"},
             "rules":[{"state":"disabled","entity":{"id":"SENDER","type":"integration"}}]}
            """),
        ("PUT", "/v1/maintenance/WINDOW",
            """{"time":{"type":"for-1-hour"},"rules":[{"state":"disabled","entity":{"id":"SENDER","type":"integration"}}]}"""),
        ("POST", "/v1/maintenance/WINDOW/change-end-date", """{"endDate":"2190-01-01T14:00:00Z"}"""),
        ("POST", "/v1/maintenance/WINDOW/cancel", "{}"),
        ("GET", "/v1/maintenance?type=past", ""),
        ("DELETE", "/v2/integrations/r3", ""),
        ("DELETE", "/v2/escalations/r2", ""),
        ("DELETE", "/v2/teams/r", ""),
        ("DELETE", "/v2/users/r@example.com", ""),
        ("GET", "/v2/account", ""),
        ("GET", "/v1/incidents?limit=3", ""),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e400", "99999999999999999999", "0.1", "\"\"", "[]", "{}", "[[[]]]", "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "{\"a\":{\"b\":[null,1]}}", "[1,\"a\",null,{}]", "\"P1\"", "\"teams\"", "\"2024-13-45T99:99\"",
        "\"%s'; DROP TABLE alerts; --\"",
    ];

    public async Task InitializeAsync()
    {
        var name = server.NewAlias("rubbish");
        var user = $"{name}@example.com";
        _drawn["USER"] = user;
        await MakeAsync("", "/v2/users", new { username = user });
        await MakeAsync("CONTACT", $"/v2/users/{user}/contacts", new { method = "email", to = "second@example.com" });
        var steps = new[] { new { contact = new { method = "email", to = "second@example.com" } } };
        var rule = await MakeAsync(
            "RULE",
            $"/v2/users/{user}/notification-rules",
            new { name, actionType = "create-alert", criteria = new { type = "match-all" }, steps });
        var made = (await server.SendAsync("GET", $"/v2/users/{user}/notification-rules/{rule}")).Is(200).Data;
        _drawn["STEP"] = made.GetProperty("steps")[0].Text("id")!;
        var team = await MakeAsync("TEAM", "/v2/teams", new { name });
        await MakeAsync("ROUTING", $"/v2/teams/{team}/routing-rules", new { name, criteria = new { type = "match-all" }, notify = new { type = "escalation", name = "platform" } });
        await MakeAsync("POLICY", "/v2/policies", new { type = "alert", name, filter = new { type = "match-all" } });
        _drawn["SENDER"] = (await server.SendAsync("GET", "/v2/integrations/sender?identifierType=name"))
            .Is(200).Data.Text("id")!;
        await MakeAsync("WINDOW", "/v1/maintenance", new
        {
            time = new { type = "schedule", startDate = "2190-01-01T10:00:00Z", endDate = "2190-01-01T12:00:00Z" },
            rules = new[] { new { state = "disabled", entity = new { id = _drawn["SENDER"], type = "integration" } } },
        });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Bytes_never_break_an_endpoint() => Check(
        from endpoint in Gen.Elements(Endpoints)
        from bytes in ArbMap.Default.GeneratorFor<byte[]>()
        select (endpoint.Method, endpoint.Target, Body: bytes));

    [Fact]
    public void Bodies_with_one_wrong_place_never_break_an_endpoint() => Check(
        from endpoint in Gen.Elements(Endpoints)
        from place in Gen.Choose(0, 1000)
        from value in Gen.Elements(Values)
        select (endpoint.Method, endpoint.Target, Body: Encoding.UTF8.GetBytes(Replaced(endpoint.Body, place, value))));

    [Fact]
    public void Bodies_cut_or_struck_anywhere_never_break_an_endpoint() => Check(
        from endpoint in Gen.Elements(Endpoints)
        from at in Gen.Choose(0, Math.Max(0, endpoint.Body.Length - 1))
        from cut in ArbMap.Default.GeneratorFor<bool>()
        from stroke in ArbMap.Default.GeneratorFor<byte>()
        select (endpoint.Method, endpoint.Target,
            Body: Struck(Encoding.UTF8.GetBytes(endpoint.Body), at, cut, stroke)));

    /// <summary>But for %00 in a path, which Kestrel itself refuses before any of ours runs.</summary>
    [Fact]
    public void Targets_with_strokes_never_break_an_endpoint() => Check(
        from endpoint in Gen.Elements(Endpoints)
        from at in Gen.Choose(4, endpoint.Target.Length)
        from stroke in Gen.Elements("/", "//", "%2F", "%", "%FF", "&", "?", "=", "..", "%20", "+", "(", "\"", "'",
            "%0A", ";", ",", "*", "identifierType=tiny")
        let target = endpoint.Target.Insert(at, stroke)
        where !target.Contains("%00", StringComparison.Ordinal)
        select (endpoint.Method, target, Body: Encoding.UTF8.GetBytes(endpoint.Body)));

    [Fact]
    public void Queries_never_break_the_list() => Check(
        from words in Gen.Elements("status", ":", "=", "<", ">=", "open", "(", ")", "AND", "or", "NOT", "\"", "*",
            "createdAt", "1", "01-10-2020", "tag", "details.key", "'", "%", "priority", "P1", "a b", "\\", "𝔸", "")
            .ListOf()
        from path in Gen.Elements("/v2/alerts", "/v2/alerts/count")
        select ("GET", $"{path}?query={Uri.EscapeDataString(string.Join(' ', words))}", Array.Empty<byte>()));

    private void Check(Gen<(string Method, string Target, byte[] Body)> requests)
    {
        Prop.ForAll(requests.ToArbitrary(), request =>
        {
            var body = request.Method == "GET"
                ? null
                : Encoding.Latin1.GetBytes(Named(Encoding.Latin1.GetString(request.Body)));
            var answer = server.SendAsync(request.Method, Named(request.Target), body).GetAwaiter().GetResult();
            Assert.True((int)answer.Status < 500,
                $"{request.Method} {request.Target}: {(int)answer.Status} {answer.Body}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
        Assert.Equal(0, server.PoisonedAsync().GetAwaiter().GetResult());
    }

    private async Task<string> MakeAsync(string standsFor, string path, object body)
    {
        var id = (await server.SendAsync("POST", path, body)).Is(201).Data.Text("id")!;
        return _drawn[standsFor] = id;
    }

    private string Named(string text) =>
        _drawn.Where(one => one.Key.Length > 0)
            .Aggregate(text, (named, one) => named.Replace(one.Key, one.Value, StringComparison.Ordinal));

    /// <summary>The body with the value at one place, or the whole of it, replaced.</summary>
    private static string Replaced(string body, int place, string value)
    {
        if (JsonNode.Parse(body.Length == 0 ? "{}" : body) is not JsonObject root || root.Count == 0 || place % 7 == 0)
        {
            return value;
        }

        var text = new StringBuilder("{");
        var at = place % root.Count;
        foreach (var (name, node) in root)
        {
            text.Append(text.Length > 1 ? "," : "").Append(JsonSerializer.Serialize(name)).Append(':')
                .Append(at-- == 0 ? Inner(node, place, value) : node?.ToJsonString() ?? "null");
        }

        return text.Append('}').ToString();
    }

    private static string Inner(JsonNode? node, int place, string value) => (node, place % 2) switch
    {
        (JsonArray, 0) => $"[{value},{value}]",
        (JsonObject inner, 0) =>
            "{" + string.Join(',', inner.Select(p => $"{JsonSerializer.Serialize(p.Key)}:{value}")) + "}",
        _ => value,
    };

    private static byte[] Struck(byte[] body, int at, bool cut, byte stroke)
    {
        if (cut || body.Length == 0)
        {
            return body[..Math.Min(at, body.Length)];
        }

        body[at] = stroke;
        return body;
    }
}
