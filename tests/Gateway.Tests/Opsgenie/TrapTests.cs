using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>What real clients send and trip over (opsgenie.md, section 8).</summary>
public sealed class TrapTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Theory]
    [InlineData("/v2/alerts")]
    [InlineData("/v2/alerts/")]
    [InlineData("/v2//alerts")]
    [InlineData("//v2/alerts//")]
    [InlineData("/some/prefix/v2/alerts")]
    [InlineData("/v2/alerts&identifierType=alias")]
    public async Task A_create_reaches_the_api_however_the_path_is_written(string target)
    {
        var alias = server.NewAlias();
        (await server.SendAsync("POST", target, new { message = "m", alias })).Is(202);
        Assert.Equal("open", (await server.GetAsync(alias)).Text("status"));
    }

    [Theory]
    [InlineData("/v2/alerts/{0}/close?identifierType=alias")]
    [InlineData("/v2/alerts//{0}/close?identifierType=alias")]
    [InlineData("/v2/alerts/{0}/close/?identifierType=alias")]
    [InlineData("/v2/alerts/{0}/close/?identifierType=ALIAS")]
    [InlineData("/v2/alerts/{0}//close/&identifierType=alias")]
    [InlineData("/v2/alerts/{0}/close&identifierType=alias")]
    [InlineData("/prefix/v2/alerts/{0}/close?identifierType=alias")]
    public async Task A_close_reaches_its_alert_however_the_path_is_written(string target)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var closed = await server.SendAsync("POST", string.Format(null, target, alias), new { source = "x" });
        Assert.True((await server.StatusAsync(closed)).Flag("isSuccess"));
    }

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("a b", "a%20b")]
    [InlineData("ä:ö", "%C3%A4%3A%C3%B6")]
    [InlineData("x?y#z&w", "x%3Fy%23z%26w")]
    [InlineData("http://host/x", "http://host/x")]
    [InlineData("100%", "100%25")]
    [InlineData("notes", "notes")]
    [InlineData("v2", "v2")]
    [InlineData("../../etc", "..%2F..%2Fetc")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task Any_alias_is_found_under_any_spelling(string alias, string spelled)
    {
        await server.CreateAsync(alias);
        (await server.PutAsync(spelled, "message", new { message = "found" })).Is(202);
        var alert = (await server.SendAsync("GET", $"/v2/alerts/{spelled}?identifierType=alias")).Is(200).Data;
        Assert.Equal((alias, "found"), (alert.Text("alias"), alert.Text("message")));
    }

    [Fact]
    public async Task An_alias_of_512_characters_goes_all_the_way_round()
    {
        var alias = server.NewAlias().PadRight(512, 'ü');
        await server.CreateAsync(alias);
        (await server.PostAsync(Uri.EscapeDataString(alias), "close")).Is(202);
        (await server.SendAsync("POST", "/v2/alerts", new { message = "m", alias = alias + "x" })).Blames("alias");
        (await server.SendAsync("GET", $"/v2/alerts/{new string('x', 513)}")).Blames("identifier");
    }

    [Theory]
    [InlineData("POST", "/v2/alerts/v2/alerts")]
    [InlineData("POST", "/v2/alerts/v2/alerts/x/close?identifierType=alias")]
    [InlineData("PUT", "/v2/alerts//v2/alerts/x/message")]
    public async Task A_doubled_path_is_told_what_is_wrong(string method, string target)
    {
        var answer = (await server.SendAsync(method, target, new { message = "m" })).Is(404);
        Assert.Contains("without /v2/alerts", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", 404)]
    [InlineData("GET", "/v2", 404)]
    [InlineData("POST", "/v1/json/integrations/webhooks/netdata", 404)]
    [InlineData("GET", "/v2/alerts/requests/no-such-request", 404)]
    [InlineData("GET", "/v2/alerts/requests/7b0e3a0c-0000-8000-8000-000000000000", 404)]
    [InlineData("DELETE", "/v2/alerts", 405)]
    [InlineData("PUT", "/v2/alerts/x/close", 405)]
    [InlineData("GET", "/v2/alerts/x/close", 405)]
    [InlineData("POST", "/v2/alerts/x", 405)]
    [InlineData("POST", "/v2/alerts/count", 405)]
    [InlineData("BREW", "/v2/alerts", 405)]
    [InlineData("POST", "/v2/account", 405)]
    [InlineData("POST", "/v2/alerts/x/attachments", 403)]
    [InlineData("PUT", "/v2/alerts/saved-searches", 405)]
    [InlineData("POST", "/v1/incidents/create", 403)]
    public async Task What_is_not_served_says_so_in_the_same_shape(string method, string target, int status) =>
        (await server.SendAsync(method, target)).Is(status);

    [Theory]
    [InlineData("/v2/alerts", "GET, POST")]
    [InlineData("/v2/alerts/x", "GET, DELETE")]
    [InlineData("/v2/alerts/x/tags", "POST, DELETE")]
    [InlineData("/v2/alerts/x/notes", "GET, POST")]
    [InlineData("/v2/alerts/requests/x", "GET")]
    [InlineData("/v2/alerts/saved-searches/x", "GET, PATCH, DELETE")]
    [InlineData("/v2/heartbeats", "GET, POST")]
    [InlineData("/v2/heartbeats/x", "GET, PATCH, DELETE")]
    [InlineData("/v2/heartbeats/x/ping", "GET, POST, PUT, PATCH")]
    [InlineData("/v2/heartbeats/x/enable", "POST")]
    [InlineData("/v2/schedules/x", "GET, PATCH, DELETE")]
    [InlineData("/v2/schedules/x/timeline", "GET")]
    [InlineData("/v2/schedules/x/overrides/y", "GET, PUT, DELETE")]
    [InlineData("/v2/teams", "GET, POST")]
    [InlineData("/v2/teams/x", "GET, PATCH, PUT, DELETE")]
    [InlineData("/v1/maintenance/x/cancel", "POST")]
    [InlineData("/v2/account", "GET")]
    public async Task A_method_that_a_path_has_not_is_told_those_it_has(string path, string allowed) =>
        Assert.Equal(allowed, (await server.SendAsync("BREW", path)).Is(405).Allow);

    [Fact]
    public async Task Without_an_alias_the_alerts_id_is_its_alias()
    {
        var created = (await server.SendAsync("POST", "/v2/alerts", new { message = "nobody named it" })).Is(202);
        var alert = (await server.SendAsync("GET", $"/v2/alerts/requests/{created.RequestId}")).Is(200).Data.Text("alertId")!;

        var shown = (await server.SendAsync("GET", $"/v2/alerts/{alert}")).Is(200).Data;
        Assert.Equal((alert, alert), (shown.Text("id"), shown.Text("alias")));

        // An id is of one episode: what opens under that alias again is another alert.
        (await server.PostAsync(alert, "close")).Is(202);
        await server.CreateAsync(alert);
        var again = (await server.SendAsync("GET", $"/v2/alerts/{alert}?identifierType=alias")).Is(200).Data;
        Assert.NotEqual(alert, again.Text("id"));
    }

    [Fact]
    public async Task Count_and_requests_win_over_an_alert_of_that_name()
    {
        await server.CreateAsync("count");
        Assert.True((await server.SendAsync("GET", "/v2/alerts/count")).Is(200).Data.Number("count") > 0);
        Assert.Equal(JsonValueKind.Array,
            (await server.SendAsync("GET", "/v2/alerts/saved-searches/")).Is(200).Data.ValueKind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \r\n")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"User":{"x":1},"IdentifierValue":7,"message":[],"user":"ada"}""")]
    public async Task Actions_take_any_body_that_says_nothing(string? body)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        foreach (var action in new[] { "acknowledge", "unacknowledge", "escalate", "close" })
        {
            (await server.PostAsync(alias, $"{action}", body)).Is(202);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter(string? type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"message":"m"}"""));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await server.SendAsync("POST", "/v2/alerts", content)).Is(202);
    }

    [Fact]
    public async Task A_get_may_carry_a_body()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        (await server.SendAsync("GET", $"/v2/alerts/{alias}?identifierType=alias", "{not json")).Is(200);
    }

    [Fact]
    public async Task Bad_bodies_are_told_apart()
    {
        (await server.SendAsync("POST", "/v2/alerts", "{")).Is(400);
        (await server.SendAsync("POST", "/v2/alerts", new byte[] { 0xFF, 0xFE, 0x00 })).Is(400);
        (await server.SendAsync("POST", "/v2/alerts", $"{{\"details\":{new string('[', 100)}")).Is(400);
        (await server.SendAsync("POST", "/v2/alerts", "{}")).Blames("message");
        (await server.SendAsync("POST", "/v2/alerts", """{"message":"m","tags":{"a":1}}""")).Blames("tags");
        (await server.SendAsync("POST", "/v2/alerts/x/close", """{"note":[1]}""")).Blames("note");
        (await server.SendAsync("POST", "/v2/alerts", "\uFEFF{\"message\":\"m\"}")).Is(202);
    }

    [Fact]
    public async Task Four_megabytes_are_taken_and_more_is_refused()
    {
        var body = new byte[4 * 1024 * 1024];
        Array.Fill(body, (byte)' ');
        """{"message":"m"}"""u8.CopyTo(body);
        (await server.SendAsync("POST", "/v2/alerts", body)).Is(202);
        (await server.SendAsync("POST", "/v2/alerts", new byte[10_000_000])).Is(413);
        using var chunked = new StreamContent(new MemoryStream(new byte[5_000_000]));
        (await server.SendAsync("POST", "/v2/alerts", chunked)).Is(413);
    }

    [Fact]
    public async Task A_huge_set_of_details_is_kept_within_its_limit()
    {
        var alias = server.NewAlias();
        var details = Enumerable.Range(0, 100_000).ToDictionary(i => $"label_{i}", i => "x");
        await server.CreateAsync(alias, new { details });
        var kept = (await server.GetAsync(alias)).GetProperty("details").EnumerateObject().Sum(d => d.Name.Length + 1);
        Assert.InRange(kept, 7_900, 8_000);
        var notes = await server.ListAsync(alias, "notes");
        Assert.Contains("Cut to the API's limits: details", notes[0].Text("note"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grafanas_many_long_tags_are_cut_and_the_alert_is_there()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias,
            new { tags = Enumerable.Range(0, 40).Select(i => $"label_{i}:" + new string('v', 80)) });
        Assert.Equal(20, (await server.GetAsync(alias)).GetProperty("tags").GetArrayLength());
    }

    [Fact]
    public async Task The_list_is_paged_by_absolute_links_that_keep_the_parameters()
    {
        for (var i = 0; i < 3; i++)
        {
            await server.CreateAsync(server.NewAlias());
        }

        var first = (await server.SendAsync("GET", "/prefix/v2/alerts/?limit=2&sort=lastOccuredAt&order=asc")).Is(200);
        Assert.Equal(2, first.Data.GetArrayLength());
        var paging = first.Body.GetProperty("paging");
        Assert.False(paging.TryGetProperty("prev", out _));
        var next = paging.Text("next")!;
        Assert.Equal(new Uri(server.Address,
            "/prefix/v2/alerts/?limit=2&sort=lastOccuredAt&order=asc&offset=2").ToString(), next);
        var second = (await server.SendAsync("GET", new Uri(next).PathAndQuery)).Is(200);
        Assert.NotEqual(first.Data[0].Text("id"), second.Data[0].Text("id"));
        Assert.True(second.Body.GetProperty("paging").TryGetProperty("prev", out _));

        var last = (await server.SendAsync("GET", new Uri(paging.Text("last")!).PathAndQuery)).Is(200);
        Assert.InRange(last.Data.GetArrayLength(), 1, 2);
        Assert.False(last.Body.GetProperty("paging").TryGetProperty("next", out _));
        Assert.Equal(paging.Text("last"), last.Body.GetProperty("paging").Text("last"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=20000", "offset")]
    [InlineData("offset=2147483647", "offset")]
    [InlineData("sort=colour", "sort")]
    [InlineData("order=sideways", "order")]
    [InlineData("searchIdentifier=mine", "searchIdentifier")]
    [InlineData("query=status:(open", "query")]
    [InlineData("query=priority:P9", "query")]
    public async Task A_wrong_parameter_is_named(string query, string field) =>
        (await server.SendAsync("GET", "/v2/alerts?" + query)).Blames(field);

    /// <summary>Each finds the alert that the test made, and with NOT before it does not.</summary>
    [Theory]
    [InlineData("status=open")]
    [InlineData("status%3Aopen+AND+priority%3A(P1+OR+P2)")]
    [InlineData("createdAt%3E01-10-2020")]
    [InlineData("(createdAt%3E1)and(createdAt%3C99999999999999)")]
    [InlineData("message:%20(nonsense%20OR%20drift)")]
    [InlineData("tag:search-me")]
    [InlineData("teams:serving")]
    [InlineData("details.key:env")]
    [InlineData("env:prod")]
    [InlineData("acknowledged:false")]
    [InlineData("entity:model:searched")]
    [InlineData("%22Feature%20drift%22")]
    [InlineData("")]
    public async Task The_query_language_of_clients_finds_alerts(string query)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new
        {
            message = "Feature drift - searched",
            priority = "P2",
            entity = "model:searched",
            tags = new[] { "search-me" },
            details = new { env = "prod" },
            responders = new[] { new { type = "team", name = "serving" } },
        });
        var here = Uri.EscapeDataString($"alias:\"{alias}\"");
        var asked = query.Length == 0 ? here : $"{here}+({query})";
        var found = (await server.SendAsync("GET", "/v2/alerts?query=" + asked)).Is(200).Data;
        Assert.Equal([alias], found.EnumerateArray().Select(a => a.Text("alias")));
        Assert.Equal(1,
            (await server.SendAsync("GET", "/v2/alerts/count?query=" + asked)).Is(200).Data.Number("count"));
        if (query.Length > 0)
        {
            var none = (await server.SendAsync("GET", $"/v2/alerts/count?query={here}+NOT+({query})")).Is(200);
            Assert.Equal(0, none.Data.Number("count"));
        }
    }

    [Fact]
    public async Task A_limit_over_100_is_100() => (await server.SendAsync("GET", "/v2/alerts?limit=5000")).Is(200);

    [Fact]
    public async Task Small_clients_find_the_account_the_limits_and_no_incidents()
    {
        Assert.Equal(2, (await server.SendAsync("GET", "/v2/account")).Is(200).Data.Number("userCount"));
        var limits = (await server.SendAsync("GET", "/v2/request-limits/")).Is(200).Data.GetProperty("rateLimits");
        foreach (var wanted in new[] { "search", "configuration" })
        {
            var domain = limits.EnumerateArray().Single(l => l.Text("domain") == wanted);
            Assert.Equal([1, 60],
                domain.GetProperty("limits").EnumerateArray().Select(l => l.Number("periodInSeconds")));
        }

        Assert.Equal(0,
            (await server.SendAsync("GET", "/v1/incidents/?query=status:open")).Is(200).Data.GetArrayLength());
    }

    /// <summary>Sent as bytes, for no client library writes such a target.</summary>
    [Theory]
    [InlineData("GET http://other.example/v2/account HTTP/1.1")]
    [InlineData("GET /v2/alerts/%FF%FE?identifierType=alias HTTP/1.1")]
    [InlineData("GET /v2/alerts/%zz%?identifierType=%alias HTTP/1.1")]
    [InlineData("GET /v2/alerts?query=%00 HTTP/1.1")]
    public async Task Odd_targets_are_answered_in_shape(string line)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await using var stream = client.GetStream();
        var request = $"{line}\r\nHost: other.example\r\nConnection: close\r\n" +
            $"Authorization: GenieKey {GatewayHost.Administrator}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.Contains("\"requestId\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 5", answer, StringComparison.Ordinal);
    }
}
