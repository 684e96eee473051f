using System.Text;
using System.Text.Json;
using Correlation.Gateway.Lineage;
using Correlation.Grains.Alerts;
using Correlation.Grains.Lineage;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Gateway.Tests.Lineage;

public sealed class LineageEventTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static readonly LineageSender Sender = LineageSender.Of(
        new ApiKey("lineage", "", ApiKeyType.Integration, null, KeyRights.All));

    [Fact]
    public void A_run_of_Airflow_reads_and_writes_and_is_a_child_of_its_DAG()
    {
        var read = Read(LineageSamples.AirflowTask);

        var report = Assert.Single(read.Commands.Select(c => c.Command).OfType<JobCommand.Report>()).Run;
        Assert.Equal(new GrainId(GrainKind.Job, "job:airflow/features_daily.materialize"), read.Commands[0].To);
        Assert.Equal(
            (RunPhase.Start, new DateTimeOffset(2026, 1, 5, 0, 0, 12, TimeSpan.Zero)), (report.Phase, report.At));
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), report.NominalStart);
        Assert.Equal("ml-platform", report.Team);
        Assert.Equal(["tier1", "domain:churn"], report.Tags);
        Assert.Equal(
            [
                "dataset:postgres://db:5432/shop.public.orders -> job:airflow/features_daily.materialize",
                "job:airflow/features_daily.materialize -> dataset:s3://lake/features/user_stats",
                "job:airflow/features_daily.materialize -> job:airflow/features_daily",
            ],
            EdgesOf(read));
    }

    [Fact]
    public void A_failure_of_Spark_carries_its_error_and_column_lineage_makes_direct_edges()
    {
        var read = Read(LineageSamples.SparkFail);
        var report = Assert.Single(read.Commands.Select(c => c.Command).OfType<JobCommand.Report>()).Run;
        Assert.Equal((RunPhase.Fail, "Job aborted"), (report.Phase, report.Error));
        Assert.Contains("dataset:s3://lake/raw/clicks -> dataset:s3://lake/features/clicks", EdgesOf(read));
        Assert.Contains("dataset:s3://lake/raw/users -> dataset:s3://lake/features/clicks", EdgesOf(read));
        var facts = Assert.Single(Learnt(read).Entities);
        Assert.Equal(
            ("dataset:s3://lake/features/clicks", "dataset:glue/features.clicks"),
            (facts.Urn, Assert.Single(facts.Aliases)));
    }

    [Fact]
    public void Failed_tests_of_dbt_are_alerts_of_the_dataset_and_passed_ones_close_them()
    {
        var read = Read(LineageSamples.DbtTests);
        var signals = read.Commands.Select(c => c.Command)
            .OfType<AlertCommand.Receive>()
            .Select(r => r.Signal)
            .ToList();
        Assert.Equal(
            [
                ("lineage:dataset:postgres://db:5432/shop.orders:check:not_null (user_id)", false, (Priority?)null),
                ("lineage:dataset:postgres://db:5432/shop.orders:check:unique (id)", true, null),
                ("lineage:dataset:postgres://db:5432/shop.orders:check:row_count", false, Priority.P4),
            ],
            signals.Select(signal => (signal.Alias, signal.Resolved, signal.Priority)));
        Assert.All(signals, signal => Assert.Equal("dataset:postgres://db:5432/shop.orders", signal.Entity));
    }

    [Fact]
    public void What_Feast_makes_is_a_feature_view_and_stays_one_under_its_name_as_a_dataset()
    {
        var read = Read(LineageSamples.Feast);
        Assert.Equal(
            ["dataset:churn/user_events -> job:churn/feature_view_user_stats", "job:churn/feature_view_user_stats -> feature_view:user_stats"],
            EdgesOf(read));

        var known = Policies.Small.With(
            new PolicyChange.TopologyChanged(new() { Entities = Learnt(read).Entities, Edges = Learnt(read).Edges }));
        var reader = Read("""{"eventTime":"2026-01-05T10:00:00Z","eventType":"START","run":{"runId":"x"},"job":{"namespace":"ml","name":"train"},"inputs":[{"namespace":"churn","name":"user_stats"}]}""", known);
        Assert.Equal(["feature_view:user_stats -> job:ml/train"], EdgesOf(reader));
    }

    [Fact]
    public void A_dataset_is_the_only_known_thing_of_its_name_once_and_another_namespace_is_another()
    {
        var policy = Policies.Small.WithPaths("feature_view:user_stats > model:churn");
        var first = Read(Writing("feast", "user_stats"), policy);
        Assert.Equal(["job:j/j -> feature_view:user_stats"], EdgesOf(first));
        var known = policy.With(TopologyGrain.Decide(null, Learnt(first), policy, Now).Publish!);
        Assert.Equal(["job:j/j -> dataset:dev/user_stats"], EdgesOf(Read(Writing("dev", "user_stats"), known)));
        Assert.Single(Read(Writing("feast", "user_stats"), known).Commands);

        static string Writing(string space, string name) =>
            $$$"""{"eventTime":"2026-01-05T10:00:00Z","run":{"runId":"x"},"job":{"namespace":"j","name":"j"},"outputs":[{"namespace":"{{{space}}}","name":"{{{name}}}"}]}""";
    }

    [Fact]
    public void Jobs_and_datasets_by_themselves_are_lineage_and_no_run()
    {
        var job = Read(LineageSamples.JobEvent);
        Assert.DoesNotContain(job.Commands, command => command.Command is JobCommand);
        Assert.Equal(
            [
                "dataset:w/a -> dataset:w/b", "dataset:w/a -> job:etl/copy", "job:etl/copy -> dataset:w/b",
                "job:etl/other -> job:etl/copy",
            ],
            EdgesOf(job));

        var dataset = Read(LineageSamples.DatasetEvent);
        Assert.Equal(["dataset:w/source -> dataset:w/table"], EdgesOf(dataset));
        Assert.Equal(
            ("dataset:w/table", "ml-platform"), (Learnt(dataset).Entities[0].Urn, Learnt(dataset).Entities[0].Team));
    }

    [Fact]
    public void Dependencies_of_jobs_are_edges()
    {
        var read = Read("""
            {"eventTime":"2026-01-05T10:00:00Z","eventType":"START","job":{"namespace":"a","name":"mid"},"run":{"runId":"r","facets":{"jobDependencies":{
              "upstream":[{"job":{"namespace":"a","name":"before"}}],"downstream":[{"job":{"namespace":"a","name":"after"}},{"job":7},{}]}}}}
            """);
        Assert.Equal(["job:a/before -> job:a/mid", "job:a/mid -> job:a/after"], EdgesOf(read));
    }

    [Fact]
    public void A_failed_try_is_no_failure_while_Airflow_will_try_again()
    {
        static bool Retries(int tried) => Assert.Single(Read("""
            {"eventTime":"2026-01-05T10:00:00Z","eventType":"FAIL","job":{"namespace":"a","name":"t"},
             "run":{"runId":"r","facets":{"airflow":{"taskInstance":{"try_number":TRIED,"max_tries":3}}}}}
            """.Replace("TRIED", $"{tried}", StringComparison.Ordinal)).Commands.Select(c => c.Command).OfType<JobCommand.Report>()).Run.WillRetry;

        Assert.True(Retries(1));
        Assert.False(Retries(3));
    }

    [Fact]
    public void More_than_one_event_may_have_is_left_out_and_counted()
    {
        var outputs = string.Join(',', Enumerable.Range(0, 10_000).Select(n => $$$"""{"namespace":"w","name":"t{{{n}}}"}"""));
        var read = Read("""{"eventTime":"2026-01-05T10:00:00Z","job":{"namespace":"a","name":"t"},"run":{"runId":"r"},"outputs":[]}""".Replace("[]", $"[{outputs}]", StringComparison.Ordinal));
        Assert.Equal((8_000, 2_000), (read.LeftOut, Learnt(read).Edges.Count));
    }

    [Theory]
    [InlineData("7", "not an object")]
    [InlineData("{}", "neither a 'job' nor a 'dataset'")]
    [InlineData("""{"run":{"runId":"r"}}""", "neither a 'job' nor a 'dataset'")]
    [InlineData("""{"job":{"namespace":"a"}}""", "'job' has no 'name'")]
    [InlineData("""{"dataset":{"namespace":"a","name":" "}}""", "'dataset' has no 'namespace' and 'name'")]
    public void What_can_never_be_used_says_why(string json, string expected) =>
        Assert.Contains(expected, Read(json).Problem, StringComparison.Ordinal);

    [Fact]
    public void What_is_known_already_is_not_said_again()
    {
        var read = Read(LineageSamples.AirflowTask);
        var known = Policies.Small.With(TopologyGrain.Decide(null, Learnt(read), Policies.Small, Now).Publish!);
        Assert.Single(Read(LineageSamples.AirflowTask, known).Commands);
        Assert.Equal(
            2, LineageEvent.Read(Parse(LineageSamples.AirflowTask), Sender, known, Now.AddHours(12)).Commands.Count);
    }

    /// <summary>
    /// Any value in any place: something comes of it or it says why not, and every command can be decided.
    /// </summary>
    [Fact]
    public void A_damaged_event_is_read_or_refused_and_never_throws() => Prop.ForAll(
        (from sample in Gen.Elements(LineageSamples.All)
         from place in Gen.Choose(0, 400)
         from value in Gen.Elements(
             "null", "true", "-1", "1e400", "\"\"", "[]", "{}", "[[]]", "\"\\u0000\"", "\"\\ud800\"",
             "\"9999-12-31T23:59:59-14:00\"", "\"%25%\"", "[{}]", "[null]",
             "\"ÄÖ\\u0301/é@3\"")
         select Damaged(sample, place, value)).ToArbitrary(),
        json =>
        {
            var read = Read(json);
            Assert.True(read.Problem is null != (read.Commands.Count == 0) || read.Commands.Count == 0);
            foreach (var (to, command) in read.Commands)
            {
                Assert.NotEmpty(Grains.GrainTypes.Decide(to, null, command, Policies.Small, Now).Reason);
                Assert.Equal(
                    command, Grains.Wire.CommandFamilies.FromText(Grains.Wire.CommandFamilies.ToText(command)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static LineageEvent Read(string json, PolicyVersion? policy = null) =>
        LineageEvent.Read(Parse(json), Sender, policy ?? Policies.Small, Now);

    private static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static TopologyCommand.Learn Learnt(LineageEvent read) =>
        Assert.Single(read.Commands.Select(command => command.Command).OfType<TopologyCommand.Learn>());

    private static IEnumerable<string> EdgesOf(LineageEvent read) =>
        Learnt(read).Edges.Select(edge => $"{edge.From} -> {edge.To}").Order(StringComparer.Ordinal);

    /// <summary>The nth value of the document, counted round, is another.</summary>
    private static string Damaged(string json, int place, string value)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var spans = new List<(int From, int To)>();
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject) && reader.CurrentDepth > 0)
            {
                var from = (int)reader.TokenStartIndex;
                var inner = reader;
                inner.Skip();
                spans.Add((from, (int)inner.BytesConsumed));
            }
        }

        var (begin, end) = spans[place % spans.Count];
        var bytes = Encoding.UTF8.GetBytes(json);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, begin)) + value + Encoding.UTF8.GetString(bytes.AsSpan(end));
    }
}
