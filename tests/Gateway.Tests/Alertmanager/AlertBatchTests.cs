using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Gateway.Tests.Opsgenie;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed class AlertBatchTests
{
    [Fact]
    public void What_prometheus_sends_becomes_a_signal()
    {
        var signal = Bodies.One("""
            {"annotations":{"description":"It is 0.7 s.","summary":"Serving is slow"},"endsAt":"2026-01-05T10:04:00.1239Z",
             "startsAt":"2026-01-05T10:00:00.123456789Z","generatorURL":"http://prom.example.test:9090/graph?g0.expr=x\u0026g0.tab=1",
             "labels":{"alertname":"ModelLatencyHigh","model":"ranker-v7","severity":"page"}}
            """);
        Assert.Equal("am:prod-eu:3825b6aad93d9341", signal.Alias);
        Assert.Equal(("Serving is slow", "It is 0.7 s."), (signal.Message, signal.Description));
        Assert.Equal("{alertname=ModelLatencyHigh, model=ranker-v7, severity=page}", signal.Labels.ToString());
        Assert.Equal("http://prom.example.test:9090/graph?g0.expr=x&g0.tab=1", signal.Texts["generatorURL"]);
        Assert.Equal(3, signal.Texts.Count);
        Assert.Equal("prom.example.test:9090", signal.Source);
        Assert.Equal(("prod-eu", "Prometheus"), (signal.Integration.Name, signal.Integration.Type));
        Assert.Equal(At("2026-01-05T10:00:00.123Z"), signal.StartsAt);
        Assert.Equal(At("2026-01-05T10:04:00.123Z"), signal.EndsAt);
        Assert.True(signal.ResendsWhileFiring);
        Assert.False(signal.Resolved);
        Assert.Null(signal.KeyTeam);
    }

    [Fact]
    public void Labels_alone_are_an_alert()
    {
        var signal = Bodies.One("""{"labels":{"alertname":"x"}}""");
        Assert.Equal(("x", "", "alertmanager"), (signal.Message, signal.Description, signal.Source));
        Assert.Equal((null, null), (signal.StartsAt, signal.EndsAt));
        Assert.True(signal.ResendsWhileFiring);
        Assert.Empty(signal.Texts);
    }

    [Fact]
    public void Without_a_name_the_labels_are_the_message() =>
        Assert.Equal("{job=a, node=b}", Bodies.One("""{"labels":{"node":"b","job":"a"}}""").Message);

    [Fact]
    public void The_order_of_labels_is_none_of_their_identity() => Assert.Equal(
        Bodies.One("""{"labels":{"a":"1","b":"2","c":"3"}}"""), Bodies.One("""{"labels":{"c":"3","a":"1","b":"2"}}"""));

    [Fact]
    public void An_empty_label_is_as_good_as_none() => Assert.Equal(
        Bodies.One("""{"labels":{"a":"1","c":"3"}}"""), Bodies.One("""{"labels":{"a":"1","b":"","c":"3","d":null}}"""));

    [Fact]
    public void The_last_of_a_repeated_label_wins() =>
        Assert.Equal("{a=3, b=2}", Bodies.One("""{"labels":{"a":"1","b":"2","a":"3"}}""").Labels.ToString());

    [Fact]
    public void Annotations_do_not_change_the_identity_and_keep_their_empty_ones()
    {
        var one = Bodies.One("""{"labels":{"a":"1"},"annotations":{"z":"","summary":""}}""");
        Assert.Equal(Bodies.One("""{"labels":{"a":"1"}}""").Alias, one.Alias);
        Assert.Equal("{summary=, z=}", one.Texts.ToString());
    }

    [Fact]
    public void A_set_that_came_before_reads_the_same()
    {
        const string Alert = """{"labels":{"alertname":"again","z":"ü","e":"","b":"\u0041"},"annotations":{"summary":"s"}}""";
        var first = Bodies.One(Alert);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(first, Bodies.One(Alert));
        }

        var other = Sender.Of(new ApiKey("other", "", ApiKeyType.Integration, "serving", KeyRights.All));
        var command = AlertBatch.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"[{Alert}]")), other).Commands[0];
        Assert.Equal(first.Alias.Replace("prod-eu", "other", StringComparison.Ordinal), command.To.Key);
        var signal = Bodies.Signals(AlertBatch.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"[{Alert}]")), other))[0];
        Assert.Equal("serving", signal.KeyTeam);
    }

    [Fact]
    public void A_brace_inside_a_label_does_not_end_the_set()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("{a=}, b=2}", Bodies.One("""{"labels":{"a":"}","b":"2"}}""").Labels.ToString());
            Assert.Equal("{a=}, b=3}", Bodies.One("""{"labels":{"a":"}","b":"3"}}""").Labels.ToString());
        }
    }

    [Theory]
    [InlineData("\"0001-01-01T00:00:00Z\"", null)]
    [InlineData("\"0001-01-01T00:00:00.000Z\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("\"2026-01-05T10:00:00Z\"", "2026-01-05T10:00:00Z")]
    [InlineData("\"2026-01-05T10:00:00.9999999Z\"", "2026-01-05T10:00:00.999Z")]
    [InlineData("\"2026-01-05T12:30:00+02:30\"", "2026-01-05T10:00:00Z")]
    [InlineData("\"2026-01-05T10:00:00\"", "2026-01-05T10:00:00Z")]
    [InlineData("\"2026-01-05T10\\u003a00:00Z\"", "2026-01-05T10:00:00Z")]
    public void Times_are_read(string text, string? expected)
    {
        var signal = Bodies.One($$$"""{"labels":{"a":"1"},"startsAt":{{{text}}},"endsAt":{{{text}}}}""");
        Assert.Equal(expected is null ? null : At(expected), signal.StartsAt);
        Assert.Equal(signal.StartsAt, signal.EndsAt);
    }

    [Theory]
    [InlineData("""{"labels":{"a":"1"},"startsAt":"yesterday"}""", "[1].startsAt", 601)]
    [InlineData("""{"labels":{"a":"1"},"endsAt":17}""", "[1].endsAt", 601)]
    [InlineData("""{"labels":{"a":"1"},"endsAt":{"x":[]}}""", "[1].endsAt", 601)]
    [InlineData("""{"labels":{"a":1}}""", "[1].labels.a", 601)]
    [InlineData("""{"labels":{"a":{"b":"c"}}}""", "[1].labels.a", 601)]
    [InlineData("""{"labels":[]}""", "[1].labels", 601)]
    [InlineData("""{"labels":{"a":"1"},"annotations":{"b":true}}""", "[1].annotations.b", 601)]
    [InlineData("""{"labels":{"a":"1"},"annotations":"b"}""", "[1].annotations", 601)]
    [InlineData("""{"labels":{"a":"1"},"generatorURL":[1]}""", "[1].generatorURL", 601)]
    [InlineData("7", "[1]", 601)]
    [InlineData("[[]]", "[1]", 601)]
    [InlineData("null", "[1]", 601)]
    [InlineData("{}", "[1].labels", 602)]
    [InlineData("""{"labels":null}""", "[1].labels", 602)]
    [InlineData("""{"labels":{}}""", "[1].labels", 0)]
    [InlineData("""{"labels":{"a":""}}""", "[1].labels", 0)]
    [InlineData("""{"labels":{"":"a"}}""", "[1].labels", 0)]
    [InlineData("""{"labels":{"a":"\ud800"}}""", "[1].labels.a", 0)]
    [InlineData("""{"labels":{"\ud800":"a"}}""", "[1].labels", 0)]
    [InlineData("""{"labels":{"a":"1"},"startsAt":"2026-01-05T10:00:00Z","endsAt":"2026-01-05T09:59:59Z"}""", "[1].endsAt", 0)]
    public void A_wrong_alert_is_named_and_the_others_are_used(string wrong, string field, int code)
    {
        var batch = Bodies.Read($$$"""[{"labels":{"n":"0"}},{{{wrong}}},{"labels":{"n":"2"}}]""");
        Assert.Null(batch.NotReadable);
        Assert.Equal(["0", "2"], Bodies.Signals(batch).Select(signal => signal.Labels["n"]));
        Assert.StartsWith(field + " ", batch.Problems.Text, StringComparison.Ordinal);
        Assert.Equal((1, code), (batch.Problems.Count, batch.Problems.SchemaCode));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_named()
    {
        byte[] body = [.. "[{\"labels\":{\"a\":\"1\",\"b\":\""u8, 0xC3, 0x28, .. "\"}},{\"labels\":{\"a\":\"2\"}}]"u8];
        var batch = Bodies.Read(body);
        Assert.Equal("[0].labels.b is no UTF-8", batch.Problems.Text);
        Assert.Single(batch.Commands);
    }

    [Fact]
    public void A_nul_is_replaced_for_no_database_holds_it() =>
        Assert.Equal("a\uFFFDb", Bodies.One("""{"labels":{"n":"a\u0000b"}}""").Labels["n"]);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("[")]
    [InlineData("""[{"labels":{"a":"1"}}""")]
    [InlineData("""[{"labels":{"a":"1"}}] x""")]
    [InlineData("""[{"labels":{"a":"1"}},]""")]
    [InlineData("""[{"labels":{"a":"1"},"\ud800abel":1}]""")]
    public void Of_what_is_no_array_of_json_nothing_is_used(string body)
    {
        var batch = Bodies.Read(body);
        Assert.NotNull(batch.NotReadable);
        Assert.Empty(batch.Commands);
    }

    [Fact]
    public void Nesting_beyond_64_is_refused() =>
        Assert.NotNull(Bodies.Read($$$"""[{"labels":{"a":"1"},"x":{{{new string('[', 80)}}}{{{new string(']', 80)}}}}]""").NotReadable);

    [Fact]
    public void Unknown_fields_are_skipped() => Assert.Equal(
        "{a=1}", Bodies.One("""{"fingerprint":"f","x":[{"labels":{"a":"2"}}],"labels":{"a":"1"},"status":{"state":"active"}}""").Labels.ToString());

    [Theory]
    [InlineData(129, 1)]
    [InlineData(3, 8_000)]
    public void Too_many_labels_are_refused_by_name(int count, int length)
    {
        var labels = Enumerable.Range(0, count).ToDictionary(i => $"label_{i}", _ => new string('x', length));
        var batch = Bodies.Read(JsonSerializer.Serialize(new[] { new { labels } }));
        Assert.StartsWith(
            "[0].labels may have at most 128 labels of 16384 characters",
            batch.Problems.Text,
            StringComparison.Ordinal);
        Assert.Empty(batch.Commands);
    }

    [Fact]
    public void A_hundred_thousand_labels_in_the_worst_order_are_refused_at_once()
    {
        var labels = Enumerable.Range(0, 100_000).OrderDescending().Select(i => $"\"l{i:D6}\":\"x\"");
        Assert.StartsWith("[0].labels", Bodies.Read($$$"""[{"labels":{{{{string.Join(',', labels)}}}}}]""").Problems.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_annotations_are_cut_and_the_alert_is_used()
    {
        var signal = Bodies.One(JsonSerializer.Serialize(new
        {
            labels = new { alertname = "x" },
            annotations = new { a = new string('a', 65_530), b = "12345😀", c = "gone", d = "gone", summary = "" },
        }));
        Assert.Equal((65_530, "12345", "g"), (signal.Texts["a"].Length, signal.Texts["b"], signal.Texts["c"]));
        Assert.Equal("", signal.Texts["d"]);
    }

    [Fact]
    public void More_alerts_than_a_turn_takes_are_refused_together()
    {
        var alerts = Enumerable.Range(0, AlertLimits.Alerts + 1).Select(i => $$$"""{"labels":{"n":"{{{i}}}"}}""");
        Assert.Contains("4096", Bodies.Read($"[{string.Join(',', alerts)}]").NotReadable, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_problems_the_first_are_shown() => Assert.EndsWith(
        "[19].labels is required; and 5 more",
        Bodies.Read($"[{string.Join(',', Enumerable.Repeat("{}", 25))}]").Problems.Text,
        StringComparison.Ordinal);

    [Fact]
    public void A_body_in_pieces_reads_the_same()
    {
        var body = Encoding.UTF8.GetBytes("""[{"labels":{"a":"ä","b":"\u0041"},"startsAt":"2026-01-05T10:00:00Z"}]""");
        Assert.Equal(
            Bodies.Signals(Bodies.Read(body)), Bodies.Signals(AlertBatch.Read(Pieces.Of(body), Bodies.ProdEu)));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
