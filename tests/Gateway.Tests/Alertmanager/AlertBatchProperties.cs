using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed partial class AlertBatchProperties
{
    private static readonly JsonSerializerOptions[] Spellings =
    [
        new() { Encoder = JavaScriptEncoder.Default },
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
    ];

    private static readonly Gen<string> Word = Gen.Elements(
        "alertname", "job", "model", "severity", "ä", "z\U0001F642", "z\uFFFD", "a\"b\\c", "}", "{", "\n", "0", "x y",
        new string('l', 600));

    private static readonly Gen<Dictionary<string, string>> LabelSet = Word.Two().Select(
        pair => KeyValuePair.Create(pair.Item1, pair.Item2))
        .NonEmptyListOf().Select(pairs => pairs.DistinctBy(pair => pair.Key).ToDictionary());

    /// <summary>Pieces of valid and broken bodies, put together at random.</summary>
    private static readonly Gen<string> Rubbish = Gen.Elements(
            "[", "]", "{", "}", ",", ":", "\"labels\":", "\"annotations\":", "\"startsAt\":", "\"endsAt\":",
            "\"alerts\":", "\"status\":",
            "\"generatorURL\":", "\"externalURL\":", "\"a\"", "\"\"", "\"resolved\"", "null", "true", "-1.5e9",
            "\"\\ud800\"", "\"\\u0000\"",
            "\"2026-01-05T10:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "{\"a\":\"b\"}", "{\"labels\":{\"a\":\"b\"}}", "\\",
            " ", "\"", "\u0001", "ü",
            "[[[[", "{\"labels\":{\"a\":\"b\"},\"startsAt\":\"9999-12-31T23:59:59.999Z\",\"endsAt\":\"0001-01-01T00:00:00+14:00\"}")
        .ListOf().Select(string.Concat);

    [Fact]
    public void Whatever_the_order_the_spelling_and_the_pieces_the_identity_is_the_label_sets()
    {
        Prop.ForAll(LabelSet.ToArbitrary(), labels =>
        {
            var expected = "am:prod-eu:" + LabelFingerprint.Of((IReadOnlyDictionary<string, string>)labels);
            var reversed = labels.Reverse().ToDictionary();
            foreach (var set in new[] { labels, reversed, labels })
            {
                foreach (var spelling in Spellings)
                {
                    var json = JsonSerializer.Serialize(new[] { new { labels = set } }, spelling);
                    var signal = Assert.Single(Bodies.Signals(Bodies.Read(json)));
                    Assert.Equal(expected, signal.Alias);
                    Assert.Equal(Labels.From(labels), signal.Labels);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Rubbish_is_answered_and_never_thrown_about()
    {
        var body = Gen.OneOf(
            Rubbish,
            Rubbish.Select(text => $"[{text}]"),
            Rubbish.Select(text => $$$"""[{"labels":{"a":"1"},{{{text}}}}]"""),
            Rubbish.Select(text => $$$"""[{"labels":{"a":"1"}},{"labels":{{{text}}}}]"""),
            Rubbish.Select(text => $$$"""{"alerts":[{"labels":{"a":"1"}},{{{text}}}],{{{text}}}}"""));
        Prop.ForAll(body.ToArbitrary(), text =>
        {
            Sound(Bodies.Read(text));
            Sound(Bodies.Notified(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Broken_bytes_are_answered_and_never_thrown_about()
    {
        var whole = Encoding.UTF8.GetBytes("""
            [{"labels":{"alertname":"x","é":"ü"},"annotations":{"summary":"s"},"startsAt":"2026-01-05T10:00:00.123Z",
              "endsAt":"2026-01-05T10:05:00+01:00","generatorURL":"http://p/graph?a=1\u0026b=2"},{"labels":{"a":"b"}}]
            """);
        var damage = Gen.Choose(0, whole.Length - 1)
            .SelectMany(at => Gen.Choose(0, 255).Select(octet => (At: at, Octet: (byte)octet)))
            .ListOf();
        Prop.ForAll(damage.ToArbitrary(), places =>
        {
            var body = whole.ToArray();
            foreach (var (at, octet) in places)
            {
                body[at] = octet;
            }

            Sound(Bodies.Read(body));
            Sound(Notification.Read(new ReadOnlySequence<byte>(body), Bodies.ProdEu));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void Sound(AlertBatch batch)
    {
        Assert.True(batch.NotReadable is null || batch.Commands.Length == 0);
        foreach (var signal in Bodies.Signals(batch))
        {
            Assert.Matches(AliasForm(), signal.Alias);
            Assert.NotEmpty(signal.Labels);
            Assert.NotEmpty(signal.Message);
            Assert.All(signal.Labels, label => Assert.True(label.Key.Length > 0 && label.Value.Length > 0));
            Assert.True(signal.StartsAt is null || signal.StartsAt.Value.Ticks % TimeSpan.TicksPerMillisecond == 0);
        }
    }

    [GeneratedRegex("^am:prod-eu:[0-9a-f]{16}$")]
    private static partial Regex AliasForm();
}
