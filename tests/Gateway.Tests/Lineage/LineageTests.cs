using System.Text;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.TestKit.Processes;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Gateway.Tests.Lineage;

public sealed class LineageTests(LineageServer server) : IClassFixture<LineageServer>
{
    private const string Path = "/api/v1/lineage";

    [Fact]
    public async Task A_run_that_fails_opens_an_alert_of_its_job_and_the_next_good_one_closes_it()
    {
        await AcceptAsync(Run("j1", "r-1", "START", "2026-01-05T10:00:00Z"));
        await AcceptAsync(Run("j1", "r-1", "FAIL", "2026-01-05T10:05:00Z"));
        await Poll.UntilAsync(
            async () => await server.AlertAsync("lineage:job:etl/j1:failed") is { Status: AlertStatus.Open },
            TimeSpan.FromSeconds(10), () => "an open alert of the failed job");
        var alert = await server.AlertAsync("lineage:job:etl/j1:failed");
        Assert.Equal(("job:etl/j1", "JobFailed - etl/j1: out of memory"), (alert!.Class.Entity, alert.Message));

        await AcceptAsync(Run("j1", "r-2", "COMPLETE", "2026-01-05T11:00:00Z"));
        await Poll.UntilAsync(
            async () => await server.AlertAsync("lineage:job:etl/j1:failed") is { Status: AlertStatus.Closed },
            TimeSpan.FromSeconds(10), () => "the alert closed by the good run");
    }

    [Fact]
    public async Task What_a_run_reads_and_writes_is_in_the_topology_when_it_is_answered()
    {
        await AcceptAsync(Run("j2", "r-1", "START", "2026-01-05T10:00:00Z", "raw", "clean"));
        var down = await server.GetAsync("/api/v1/entities/dataset:w%2Fraw-j2/downstream");
        Assert.Equal(
            ["job:etl/j2", "dataset:w/clean-j2"],
            down.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("entity").GetString()!));
        var entity = (await server.GetAsync("/api/v1/entities/job:etl/j2")).GetProperty("entity");
        Assert.Equal(
            ("known", 1), (entity.GetProperty("lineage").GetString(), entity.GetProperty("upstream").GetInt32()));
    }

    [Fact]
    public async Task A_body_may_be_packed_and_one_that_unpacks_to_more_than_is_taken_is_refused()
    {
        Assert.Equal(200, (await server.PostAsync(Path, LineageServer.Gzip(Run("j3", "r-1", "START", "2026-01-05T10:00:00Z")), "gzip")).Status);
        Assert.Equal(
            413, (await server.PostAsync(Path, LineageServer.Gzip(new string(' ', 64 * 1024 * 1024)), "gzip")).Status);
        Assert.Equal(400, (await server.PostAsync(Path, Encoding.UTF8.GetBytes("{}"), "gzip")).Status);
        Assert.Equal(415, (await server.PostAsync(Path, Encoding.UTF8.GetBytes("{}"), "br")).Status);
    }

    [Fact]
    public async Task A_batch_is_taken_and_what_of_it_cannot_be_used_is_told_and_kept()
    {
        var good = Run("j4", "r-1", "START", "2026-01-05T10:00:00Z", "a", "b");
        Assert.Equal((204, ""), await server.PostAsync(Path + "/batch", $"[{good},{LineageSamples.DatasetEvent}]"));
        Assert.Equal((204, ""), await server.PostAsync(Path + "/batch", "[]"));

        var partly = await server.PostAsync(Path + "/batch", $"[{good},{{}},7]");
        Assert.Equal(200, partly.Status);
        var answer = JsonElement.Parse(partly.Body);
        Assert.Equal("partial_success", answer.GetProperty("status").GetString());
        Assert.Equal(
            [1, 2],
            answer.GetProperty("failed_events")
                .EnumerateArray()
                .Select(failed => failed.GetProperty("index").GetInt32()));
        Assert.Equal(2, answer.GetProperty("summary").GetProperty("non_retriable").GetInt32());
        Assert.Contains(
            server.Quarantine.Kept,
            kept => kept.Source == "openlineage" && kept.Reason.StartsWith("event 1:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Path, "{")]
    [InlineData(Path, "")]
    [InlineData(Path, "[]")]
    [InlineData(Path, "{}")]
    [InlineData(Path + "/batch", "{}")]
    public async Task What_can_never_be_used_is_answered_400_and_kept(string path, string body)
    {
        var before = server.Quarantine.Kept.Count;
        var (status, answer) = await server.PostAsync(path, body);
        Assert.True(status == 400, answer);
        Assert.Equal(before + 1, server.Quarantine.Kept.Count);
    }

    [Fact]
    public void Rubbish_is_answered_and_never_with_a_5xx() => Prop.ForAll(
        (from sample in Gen.Elements(LineageSamples.All)
         from at in Gen.Choose(0, sample.Length - 1)
         from piece in Gen.Elements(
             "", "\"", "{", "}", "[", "]", ",", "\0", "\ud800", "null", "1e999", "\\u0000", "\\ud800", "@", "%00")
         select sample[..at] + piece + sample[at..]).ToArbitrary(),
        body =>
        {
            var (status, answer) = server.PostAsync(Path, body).GetAwaiter().GetResult();
            Assert.True(status is 200 or 400, $"{status} {answer} to {body}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    private async Task AcceptAsync(string json)
    {
        var (status, body) = await server.PostAsync(Path, json);
        Assert.True(status == 200, $"{status} {body}");
    }

    private static string Run(
        string job, string run, string type, string at, string? input = null, string? output = null)
    {
        static string Sets(string? name, string job) => name is null ? "[]" : $$"""[{"namespace":"w","name":"{{name}}-{{job}}"}]""";

        return $$$"""{"eventType":"{{{type}}}","eventTime":"{{{at}}}","producer":"p","run":{"runId":"{{{run}}}","facets":{"errorMessage":{"message":"out of memory"} } },"""
            + $$$""" "job":{"namespace":"etl","name":"{{{job}}}"},"inputs":{{{Sets(input, job)}}},"outputs":{{{Sets(output, job)}}} }""";
    }
}
