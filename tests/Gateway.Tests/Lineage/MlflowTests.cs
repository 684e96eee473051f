using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Correlation.Gateway.Changes;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Correlation.Gateway.Tests.Lineage;

public sealed class MlflowTests(LineageServer server) : IClassFixture<LineageServer>
{
    private const string Path = "/webhooks/mlflow";

    private static readonly DateTimeOffset Now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    /// <summary>A vector that was computed apart from this code.</summary>
    [Fact]
    public void The_signature_is_MLflows()
    {
        var body = """{"entity": "model_version", "action": "created", "timestamp": "2026-01-05T10:00:00.000000+00:00", "data": {"name": "ranker", "version": "7", "source": "models:/m-1", "run_id": "r1", "tags": {}, "description": null}}"""u8;
        var headers = new HeaderDictionary
        {
            [MlflowSignature.IdHeader] = "6f1c2b3a-0000-4000-8000-000000000001",
            [MlflowSignature.TimestampHeader] = "1767607200",
            [MlflowSignature.SignatureHeader] = "v1,cXSOmJ1KEZ5k4EoQls5c1xbWbXPIugxGdKStvKeOi1A=",
        };
        Assert.True(MlflowSignature.IsRight(LineageServer.Secret, headers, body, Now));
        Assert.False(MlflowSignature.IsRight(LineageServer.Secret, headers, body, Now.AddMinutes(11)));
        Assert.False(MlflowSignature.IsRight("another", headers, body, Now));
        Assert.False(MlflowSignature.IsRight(LineageServer.Secret, headers, body[1..], Now));
        headers[MlflowSignature.TimestampHeader] = "99999999999999999999";
        Assert.False(MlflowSignature.IsRight(LineageServer.Secret, headers, body, Now));
    }

    [Fact]
    public async Task A_delivery_is_let_in_by_its_signature_alone_and_without_one_by_nothing()
    {
        const string Body = """{"entity":"registered_model","action":"created","data":{"name":"signed"}}""";
        Assert.Equal(200, (await SendAsync(Body)).Status);
        Assert.Equal(401, (await SendAsync(Body, secret: "another")).Status);
        Assert.Equal(401, (await server.PostAsync(Path, Encoding.UTF8.GetBytes(Body), withKey: false)).Status);
        Assert.Equal(401, (await server.PostAsync(Path, Encoding.UTF8.GetBytes(Body))).Status);
        Assert.Contains(server.Grains.Policy.Topology.Known, urn => urn == "model:signed");
    }

    [Fact]
    public async Task What_tags_say_a_version_was_made_of_is_upstream_of_the_model()
    {
        await SendAsync("""
            {"entity":"model_version","action":"created","timestamp":"2026-01-05T10:00:00+00:00",
             "data":{"name":"tagged","version":"7","tags":{"feature_view":"user_stats, device_stats","job":"airflow/train","owner":"ann","table":7}}}
            """);
        await SendAsync("""{"entity":"model_version_tag","action":"set","data":{"name":"tagged","version":"7","key":"dataset","value":"w/events"}}""");
        Assert.Equal(
            ["dataset:w/events", "feature_view:device_stats", "feature_view:user_stats", "job:airflow/train"],
            server.Grains.Policy.Topology.Upstream("model:tagged").Select(edge => edge.From));
    }

    [Theory]
    [InlineData("""{"entity":"model_version_alias","action":"created","data":{"name":"m","alias":"champion","version":"7"}}""", "model-promoted", "m version 7 is champion now")]
    [InlineData("""{"entity":"model_version","action":"created","data":{"name":"m","version":"8"}}""", "model-registered", "m version 8 was registered")]
    [InlineData("""{"event":"MODEL_VERSION_TRANSITIONED_STAGE","model_name":"m","version":"7","from_stage":"Staging","to_stage":"Production"}""", "model-promoted", "m version 7 went from Staging to Production")]
    [InlineData("""{"entity":"prompt","action":"created","data":{"name":"p"}}""", null, null)]
    public void Changes_of_a_registry_are_told_to_the_model(string json, string? kind, string? title)
    {
        var read = RegistryEvent.Read(System.Text.Json.JsonElement.Parse(json), "d-1", TestKit.Policies.Small, Now);
        Assert.Null(read.Problem);
        var changes = read.Commands.Where(command => command.Command is EntityCommand.Changed).ToList();
        Assert.Equal(
            kind is null
                ? []
                : [(new GrainId(GrainKind.Entity, "model:m"), new EntityCommand.Changed(kind, "d-1", title!, Now))],
            changes.Select(change => (change.To, (EntityCommand.Changed)change.Command)));
    }

    [Fact]
    public async Task What_is_no_event_is_kept_in_quarantine()
    {
        Assert.Equal(400, (await SendAsync("[]")).Status);
        Assert.Equal(400, (await SendAsync("""{"entity":"model_version","action":"created"}""")).Status);
        Assert.Contains(
            server.Quarantine.Kept, kept => kept.Source == "mlflow" && kept.Reason == "'data' has no 'name'");
    }

    [Fact]
    public async Task A_deployment_is_told_by_hand()
    {
        var made = await server.PostAsync("/api/v1/changes", """{"entity":"endpoint:churn-v3","title":"image 1.4.2","at":"2026-01-05T10:00:00Z"}""");
        Assert.True(made.Status == 200, made.Body);
        Assert.Contains("\"kind\":\"deployment\"", made.Body, StringComparison.Ordinal);
        Assert.IsType<EntityState>(await server.Grains.ReadAsync(new GrainId(GrainKind.Entity, "endpoint:churn-v3")));
        foreach (var (body, field) in new[]
        {
            ("""{"title":"x"}""", "entity"), ("""{"entity":"endpoint:e"}""", "title"),
            ("""{"entity":"endpoint:e","title":"x","kind":"model_quality"}""", "kind"), ("""{"entity":"endpoint:e","title":"x","at":"soon"}""", "at"),
        })
        {
            var refused = await server.PostAsync("/api/v1/changes", body);
            Assert.Equal(400, refused.Status);
            Assert.Contains($"\"field\":\"{field}\"", refused.Body, StringComparison.Ordinal);
        }
    }

    /// <summary>An event with one place replaced, struck or cut off.</summary>
    [Fact]
    public async Task Rubbish_under_a_right_signature_is_no_fault_of_ours()
    {
        const string Whole = """
            {"entity":"model_version","action":"created","timestamp":"2026-01-05T10:00:00+00:00",
             "data":{"name":"rubbish","version":"7","tags":{"feature_view":"a, b","job":"airflow/train"},"alias":"champion","key":"dataset","value":"w/e"},
             "event":"MODEL_VERSION_TRANSITIONED_STAGE","model_name":"m","from_stage":"Staging","to_stage":"Production"}
            """;
        string[] values = ["null", "7", "-1e999", "\"\"", "[]", "{}", "[[{}]]", "\"\\u0000\"", "\"\\ud800\"", "\"2026-13-45\"", $"\"{new string('x', 5_000)}\""];
        var dice = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var quotes = Enumerable.Range(0, Whole.Length).Where(at => Whole[at] is '"' or '{').ToList();
            var (from, to) = (quotes[dice.Next(quotes.Count)], Whole.Length - dice.Next(Whole.Length / 4));
            var body = dice.Next(3) switch
            {
                0 => Whole[..to],
                1 => Whole[..from] + values[dice.Next(values.Length)] + Whole[(from + 1)..],
                _ => System.Text.RegularExpressions.Regex.Replace(
                    Whole, "(?<=:)(\"[^\"]*\"|\\{[^{}]*\\})",
                    match => dice.Next(6) == 0 ? values[dice.Next(values.Length)] : match.Value),
            };
            var (status, words) = await SendAsync(body);
            Assert.True(status < 500, $"{body} answered {status} {words}");
        }
    }

    [Fact]
    public async Task What_is_not_UTF_8_is_refused_though_nobody_reads_that_text()
    {
        var (status, words) = await SendAsync(
            [.. "{\"entity\":\"prompt\",\"action\":\"created\",\"data\":{\"name\":\""u8, 0xC3, 0x28, .. "\"}}"u8]);
        Assert.Equal(400, status);
        Assert.Contains("not UTF-8", words, StringComparison.Ordinal);
    }

    private Task<(int Status, string Body)> SendAsync(string body, string secret = LineageServer.Secret) =>
        SendAsync(Encoding.UTF8.GetBytes(body), secret);

    private Task<(int Status, string Body)> SendAsync(byte[] body, string secret = LineageServer.Secret)
    {
        var (id, at) = (Guid.NewGuid().ToString(), DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var mac = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body]);
        return server.PostAsync(
            Path,
            body,
            headers:
            [
                (MlflowSignature.IdHeader, id), (MlflowSignature.TimestampHeader, at),
                (MlflowSignature.SignatureHeader, "v1," + Convert.ToBase64String(mac)),
            ],
            withKey: false);
    }
}
