using System.Buffers;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Opsgenie;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class SignalBodyTests
{
    private static readonly Guid Fresh = Guid.Parse("01931b5e-0000-8000-8000-000000000001");

    private static readonly PolicyVersion Policy = new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Teams = [new Team("serving", "11111111-0000-4000-8000-000000000001", "", [], "serving")],
        Users = [new User("ada@example.com", "Ada", "UTC", [])],
    };

    [Fact]
    public void Every_field_arrives()
    {
        var signal = Read("""
            {"message":"m","alias":"a","description":"d","entity":"model:x","source":"s","user":"u","note":"n",
             "priority":"P1","tags":["t1","t2"],"actions":["restart"],"details":{"b":"2","a":"1"},
             "responders":[{"type":"team","name":"serving"},{"type":"user","username":"ada@example.com"}],
             "visibleTo":[{"type":"user","username":"bob@example.com"}]}
            """);
        Assert.Equal(("a", "m", "d", "model:x", "s", "u", "n"),
            (signal.Alias, signal.Message, signal.Description, signal.Entity, signal.Source, signal.User, signal.Note));
        Assert.Equal(Priority.P1, signal.Priority);
        Assert.Equal(["t1", "t2"], signal.Tags);
        Assert.Equal(["restart"], signal.Actions);
        Assert.Equal("{a=1, b=2}", signal.Labels.ToString());
        Assert.Equal([new Responder("team", "serving"), new Responder("user", "ada@example.com")], signal.Responders);
        Assert.Equal([new Responder("user", "bob@example.com")], signal.VisibleTo);
        Assert.Null(signal.StartsAt);
        Assert.False(signal.ResendsWhileFiring);
    }

    [Fact]
    public void What_is_missing_has_its_default()
    {
        var signal = Read(
            """{"message":"m","alias":"","source":"","priority":null,"tags":null,"details":null,"responders":null}""");
        Assert.Equal((Fresh.ToString(), true, "10.0.0.1"), (signal.Alias, signal.AliasIsId, signal.Source));
        Assert.Null(signal.Priority);
        Assert.Empty(signal.Labels);
    }

    [Fact]
    public void Unknown_keys_are_skipped_whatever_they_hold() =>
        Assert.Equal("m", Read(
            """{"IdentifierType":{"deep":[1,{"message":"no"}]},"Priority":7,"message":"m","x":[[],{}]}""").Message);

    [Fact]
    public void Details_become_texts() => Assert.Equal(
        """{b=true, f=1.50, l=[1, "x"], n=7, o={"k": 1}}""",
        Read("""{"message":"m","details":{"n":7,"f":1.50,"b":true,"gone":null,"o":{"k": 1},"l":[1, "x"]}}""")
            .Labels.ToString());

    [Fact]
    public void The_last_of_a_repeated_detail_wins_and_all_are_sorted() => Assert.Equal(
        "{a=1, b=4, c=3}", Read("""{"message":"m","details":{"c":"3","b":"2","a":"1","b":"4"}}""").Labels.ToString());

    [Theory]
    [InlineData("""{"type":"Team","name":"serving"}""", "team:serving")]
    [InlineData("""{"type":"TEAMS","name":"serving, ml-infra ,"}""", "team:serving team:ml-infra")]
    [InlineData("""{"type":"user","username":"","id":"ada"}""", "user:ada")]
    [InlineData("""{"type":"user","username":"","name":"ada"}""", "user:ada")]
    [InlineData("""{"username":"ada"}""", "user:ada")]
    [InlineData("""{"type":"team","username":"","name":"","id":"11111111-0000-4000-8000-000000000001"}""",
        "team:serving")]
    [InlineData("""{"type":"schedule","name":"s"},{"type":"escalation","name":"e"}""", "schedule:s escalation:e")]
    [InlineData("""{"type":"team","name":""}""", "")]
    [InlineData("""{}""", "")]
    [InlineData("""null""", "")]
    public void Responders_are_normalised(string responders, string expected)
    {
        var signal = Read($$"""{"message":"m","responders":[{{responders}}]}""");
        Assert.Equal(expected, string.Join(' ', signal.Responders.Select(r => $"{r.Type}:{r.Name}")));
    }

    [Fact]
    public void A_teams_key_takes_the_alert_whatever_the_body_says()
    {
        var key = new ApiKey("k", "", ApiKeyType.Integration, "serving", KeyRights.All);
        var signal = Build("""{"message":"m","responders":[{"type":"team","name":"ml-infra"}]}""", key, out _)!;
        Assert.Equal("serving", signal.KeyTeam);
        Assert.Empty(signal.Responders);
    }

    [Fact]
    public void Over_long_texts_are_cut_by_characters_and_the_note_says_so()
    {
        var signal = Read(JsonSerializer.Serialize(new
        {
            message = string.Concat(Enumerable.Repeat("😀", 140)),
            tags = Enumerable.Range(0, 25).Select(i => $"tag-{i}-{new string('x', 60)}"),
            source = new string('s', 200),
            note = "mine",
        }));
        Assert.Equal(130, signal.Message.EnumerateRunes().Count());
        Assert.Equal(20, signal.Tags.Count);
        Assert.All(signal.Tags, tag => Assert.Equal(50, tag.Length));
        Assert.Equal(100, signal.Source.Length);
        Assert.Equal("mine", signal.Note);
        Assert.StartsWith(
            "Cut to the API's limits: message (140 characters, 130 kept), tags (25 given, 20 kept)",
            signal.Cut, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_of_130_emoji_is_not_cut() =>
        Assert.Null(
            Read(JsonSerializer.Serialize(new { message = string.Concat(Enumerable.Repeat("😀", 130)) })).Cut);

    [Fact]
    public void Details_past_the_limit_are_left_out_and_later_ones_that_fit_are_kept()
    {
        var signal = Read(JsonSerializer.Serialize(new
        {
            message = "m",
            details = new Dictionary<string, string> { ["big"] = new('x', 9000), ["entity"] = "model:a" },
        }));
        Assert.Equal("{entity=model:a}", signal.Labels.ToString());
        Assert.Contains("details (1 entries past 8000", signal.Cut, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_trimmed_and_what_is_empty_then_is_none()
    {
        var signal = Read("""{"message":"m","tags":[" ml ","ml","","  ","a b"],"actions":["\trestart ",""]}""");
        Assert.Equal(["ml", "a b"], signal.Tags);
        Assert.Equal(["restart"], signal.Actions);
    }

    [Fact]
    public void An_alias_of_512_characters_is_taken_and_a_longer_one_refused()
    {
        var longest = new string('ä', 512);
        Assert.Equal(longest, Read(JsonSerializer.Serialize(new { message = "m", alias = longest })).Alias);
        Assert.Equal(["alias"], Errors(JsonSerializer.Serialize(new { message = "m", alias = longest + "x" })).Keys);
    }

    [Theory]
    [InlineData("", "message")]
    [InlineData("null", "message")]
    [InlineData("{}", "message")]
    [InlineData("""{"message":""}""", "message")]
    [InlineData("""{"message":"  "}""", "message")]
    [InlineData("""{"message":5}""", "message")]
    [InlineData("[]", "body")]
    [InlineData("\"text\"", "body")]
    [InlineData("""{"message":"m","alias":1}""", "alias")]
    [InlineData("""{"message":"m","tags":"a"}""", "tags")]
    [InlineData("""{"message":"m","tags":["a",{}]}""", "tags[1]")]
    [InlineData("""{"message":"m","details":["a"]}""", "details")]
    [InlineData("""{"message":"m","priority":"P9"}""", "priority")]
    [InlineData("""{"message":"m","priority":1}""", "priority")]
    [InlineData("""{"message":"m","responders":{}}""", "responders")]
    [InlineData("""{"message":"m","responders":["a"]}""", "responders[0]")]
    [InlineData("""{"message":"m","responders":[{"type":"dog","name":"x"}]}""", "responders#type")]
    [InlineData("""{"message":"m","responders":[{"type":"team","name":7}]}""", "responders[0]#name")]
    public void A_wrong_field_is_named(string body, string field) => Assert.Contains(field, Errors(body).Keys);

    [Theory]
    [InlineData("{")]
    [InlineData("{\"message\":\"m\"} x")]
    [InlineData("{\"message\":\"m\",}")]
    [InlineData("{'message':'m'}")]
    [InlineData("{\"message\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"details\":{\"a\":\"\\udc00\"}}")]
    public void What_is_not_json_is_no_body(string body) => Assert.ThrowsAny<JsonException>(() => Errors(body));

    [Fact]
    public void Nesting_beyond_64_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => Errors($"{{\"x\":{new string('[', 65)}{new string(']', 65)}}}"));

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_and_a_nul_is_replaced()
    {
        byte[] broken = [.. "{\"message\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.ThrowsAny<JsonException>(() => new SignalBody(Policy).Read(new ReadOnlySequence<byte>(broken)));
        Assert.Equal("a\uFFFDb", Read("{\"message\":\"a\\u0000b\"}").Message);
    }

    [Fact]
    public void A_body_in_pieces_reads_the_same()
    {
        var whole = Encoding.UTF8.GetBytes("""{"message":"mä","details":{"n":12345,"ö":"ü"},"tags":["x"]}""");
        var body = new SignalBody(Policy);
        body.Read(Pieces.Of(whole));
        var signal = Build(body, new ApiKey("k", "", ApiKeyType.Integration, null, KeyRights.All))!;
        Assert.Equal(("mä", "{n=12345, ö=ü}"), (signal.Message, signal.Labels.ToString()));
    }

    private static Signal Read(string json)
    {
        var signal = Build(json, new ApiKey("k", "", ApiKeyType.Integration, null, KeyRights.All), out var body);
        Assert.Empty(body.Errors.Texts);
        return signal!;
    }

    private static IReadOnlyDictionary<string, string> Errors(string json)
    {
        Assert.Null(Build(json, new ApiKey("k", "", ApiKeyType.Integration, null, KeyRights.All), out var body));
        return body.Errors.Texts;
    }

    private static Signal? Build(string json, ApiKey key, out SignalBody body)
    {
        body = new SignalBody(Policy);
        body.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)));
        return Build(body, key);
    }

    private static Signal? Build(SignalBody body, ApiKey key) =>
        body.Build(key, new Integration("i", "k", "API"), "10.0.0.1", () => Fresh);
}
