using Correlation.Gateway.Opsgenie.Search;
using Correlation.Gateway.Seams;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie.Search;

/// <summary>What a query finds, in a table as SQLite's list has it.</summary>
public sealed class AlertQuerySqlTests : IDisposable
{
    private readonly AlertTable _table = new();

    public AlertQuerySqlTests()
    {
        _table.Add("drift", new()
        {
            ["tiny_id"] = 7,
            ["alias"] = "drift-churn_model",
            ["message"] = "Feature drift on churn_model: 100% of user_stats",
            ["description"] = "PSI above 0.25",
            ["entity"] = "model:churn_model",
            ["source"] = "http://prom:9090/graph",
            ["status"] = "open",
            ["priority"] = "P1",
            ["owner"] = "ann@ml.example",
            ["acknowledged"] = 1,
            ["acked_by"] = "ann@ml.example",
            ["is_seen"] = 1,
            ["count"] = 12,
            ["created_at"] = 1601510400000,
            ["updated_at"] = 1601510460000,
            ["last_occurred_at"] = 1601596800000,
            ["tags"] = "\nml\nmodel-quality\n",
            ["actions"] = "\nrestart\n",
            ["details"] = "\nIssueKey=ABC-1\nrun_id=42\nurl=http://x?a=b\n",
            ["teams"] = "\nML Platform\n",
            ["responders"] = "\nML Platform\nann@ml.example\n",
            ["integration_name"] = "Prometheus EU",
            ["integration_type"] = "Prometheus",
        });
        _table.Add("gpu", new()
        {
            ["tiny_id"] = 8,
            ["alias"] = "gpu-7",
            ["message"] = "GPU fell off the bus",
            ["entity"] = "node:gpu-7",
            ["status"] = "open",
            ["priority"] = "P2",
            ["snoozed"] = 1,
            ["snoozed_until"] = 1601600000000,
            ["count"] = 1,
            ["created_at"] = 1601596800000,
            ["tags"] = "\nmlops\nGPU\n",
            ["details"] = "\nIssueKey=ABC-12\n",
            ["teams"] = "\nML Infrastructure\n",
        });
        _table.Add("job", new()
        {
            ["tiny_id"] = 9,
            ["alias"] = "job:airflow/train_churn",
            ["message"] = "Training failed",
            ["description"] = "drift check timed out",
            ["status"] = "closed",
            ["priority"] = "P3",
            ["closed_by"] = "bob@ml.example",
            ["created_at"] = 1601424000000,
        });
    }

    public void Dispose() => _table.Dispose();

    [Theory]
    [InlineData("", "drift gpu job")]
    [InlineData("*", "drift gpu job")]
    [InlineData("status=open", "drift gpu")]
    [InlineData("NOT status: open", "job")]
    [InlineData("priority:(P1 OR p3)", "drift job")]
    [InlineData("status:open AND NOT priority:P1", "gpu")]
    [InlineData("acknowledged:true", "drift")]
    [InlineData("acknowledged:false", "gpu job")]
    [InlineData("snoozed:true", "gpu")]
    [InlineData("isSeen=true", "drift")]
    public void Enumerations_and_flags(string query, string found) => Assert.Equal(found, _table.Find(query));

    [Theory]
    [InlineData("createdAt:01-10-2020", "drift")]
    [InlineData("createdAt>01-10-2020", "gpu")]
    [InlineData("createdAt>=01-10-2020", "drift gpu")]
    [InlineData("createdAt<01-10-2020", "job")]
    [InlineData("createdAt<=01-10-2020", "drift job")]
    [InlineData("createdAt:01-10-2020T00:00", "drift")]
    [InlineData("createdAt:1601510400000", "drift")]
    [InlineData("createdAt>1601510400000", "gpu")]
    [InlineData("(createdAt>1)and(createdAt<1601510400000)", "job")]
    [InlineData("snoozedUntil>1", "gpu")]
    [InlineData("not snoozedUntil>1", "drift job")]
    [InlineData("lastOccuredAt:02-10-2020", "drift")]
    public void Dates(string query, string found) => Assert.Equal(found, _table.Find(query));

    [Theory]
    [InlineData("tinyId:8", "gpu")]
    [InlineData("count>1", "drift")]
    [InlineData("count <= 1", "gpu job")]
    [InlineData("alertId:gpu", "gpu")]
    [InlineData("alias:gpu-7", "gpu")]
    [InlineData("alias:GPU-7", "")]
    [InlineData("alias:gpu", "")]
    [InlineData("alias:gpu-*", "gpu")]
    [InlineData("alias:job:airflow/train_churn", "job")]
    public void Keys_and_numbers(string query, string found) => Assert.Equal(found, _table.Find(query));

    [Theory]
    [InlineData("message:DRIFT", "drift")]
    [InlineData("message: (drift OR bus)", "drift gpu")]
    [InlineData("message:\"fell off\"", "gpu")]
    [InlineData("message:trai*", "job")]
    [InlineData("message:100%", "drift")]
    [InlineData("message:1%f", "")]
    [InlineData("message:churn_model", "drift")]
    [InlineData("message:churn!model", "")]
    [InlineData("message:churnXmodel", "")]
    [InlineData("entity:model:churn_model", "drift")]
    [InlineData("source:prom", "drift")]
    [InlineData("description:*", "drift job")]
    [InlineData("owner:Ann@ml.example", "drift")]
    [InlineData("owner:ann", "")]
    [InlineData("owner:ann*", "drift")]
    [InlineData("owner:*", "drift")]
    [InlineData("owner:\"\"", "gpu job")]
    [InlineData("acknowledgedBy:ann@ml.example", "drift")]
    [InlineData("closedBy:bob@ml.example", "job")]
    [InlineData("integration.name:\"prometheus eu\"", "drift")]
    [InlineData("integration.type:prometheus", "drift")]
    public void Texts_and_names(string query, string found) => Assert.Equal(found, _table.Find(query));

    [Theory]
    [InlineData("tag:ml", "drift")]
    [InlineData("tags:gpu", "gpu")]
    [InlineData("tag:ml*", "drift gpu")]
    [InlineData("tag:model", "")]
    [InlineData("tag:\"ml\nmodel-quality\"", "")]
    [InlineData("tag:*", "drift gpu")]
    [InlineData("not tag:*", "job")]
    [InlineData("actions:restart", "drift")]
    [InlineData("teams:\"ml platform\"", "drift")]
    [InlineData("teams:ml*", "drift gpu")]
    [InlineData("responders:ann@ml.example", "drift")]
    public void Lists_are_asked_for_whole_entries(string query, string found) =>
        Assert.Equal(found, _table.Find(query));

    [Theory]
    [InlineData("IssueKey:ABC-1", "drift")]
    [InlineData("issuekey:abc-1", "drift")]
    [InlineData("IssueKey:ABC-1*", "drift gpu")]
    [InlineData("IssueKey:*", "drift gpu")]
    [InlineData("Issue:ABC-1", "")]
    [InlineData("details.key:run_id", "drift")]
    [InlineData("details.key:run", "")]
    [InlineData("details.key:Issue*", "drift gpu")]
    [InlineData("details.value:42", "drift")]
    [InlineData("details.value:4", "")]
    [InlineData("details.value:ABC*", "drift gpu")]
    [InlineData("details.value:http://x?a=b", "drift")]
    public void Details(string query, string found) => Assert.Equal(found, _table.Find(query));

    [Theory]
    [InlineData("drift", "drift job")]
    [InlineData("drift status:open", "drift")]
    [InlineData("train_churn", "job")]
    [InlineData("\"timed out\"", "job")]
    [InlineData("model-qual*", "drift")]
    [InlineData("drift OR bus", "drift gpu job")]
    [InlineData("nothing", "")]
    public void Words_are_looked_for_in_every_text(string query, string found) =>
        Assert.Equal(found, _table.Find(query));

    [Fact]
    public void Databases_differ_in_how_they_ignore_letter_case_and_spell_yes()
    {
        Assert.True(AlertQueryParser.TryParse("owner:ann OR not acknowledged:true", out var query, out _));
        Assert.Equal(
            "(a.owner LIKE @q0 ESCAPE '!' OR (a.acknowledged = 1) IS NOT TRUE)",
            AlertQuerySql.Compile(query, SearchDialect.Sqlite, name => [name]).Text);
        Assert.Equal(
            "(a.owner ILIKE @q0 ESCAPE '!' OR (a.acknowledged = TRUE) IS NOT TRUE)",
            AlertQuerySql.Compile(query, SearchDialect.Postgres, name => [name]).Text);
    }

    [Theory]
    [InlineData("teams:platform", "drift")]
    [InlineData("teams:\"ml platform\" OR teams:ops", "drift gpu")]
    [InlineData("responders:PLATFORM", "drift")]
    [InlineData("not teams:platform status:open", "gpu")]
    [InlineData("owner:platform", "")]
    public void A_team_is_found_by_every_name_that_it_had(string query, string found)
    {
        string[][] teams = [["platform", "ML Platform"], ["ops", "ML Infrastructure", "metal"]];
        _table.NamesOfTeam = name =>
            teams.FirstOrDefault(names => names.Contains(name, StringComparer.OrdinalIgnoreCase)) ?? [name];
        Assert.Equal(found, _table.Find(query));
    }

    [Fact]
    public void The_longest_chain_of_terms_runs()
    {
        Assert.Equal("", _table.Find(string.Concat(Enumerable.Repeat("a:(b)", 200))));
        Assert.Equal("drift gpu job", _table.Find(string.Join(' ', Enumerable.Repeat("u", 500))));
        Assert.Equal("drift gpu job", _table.Find(string.Join(" or ", Enumerable.Repeat("u", 200))));
        Assert.Equal("", _table.Find(string.Concat(Enumerable.Repeat("(not ", 16)) + "zz" + new string(')', 16)));
    }

    [Fact]
    public void Every_query_that_parses_runs_and_keeps_its_text_out_of_the_SQL()
    {
        Prop.ForAll(QueryTexts.Any.ToArbitrary(), text =>
        {
            if (AlertQueryParser.TryParse(text, out var query, out _))
            {
                _ = _table.Find(query);
                var sql = AlertQuerySql.Compile(query, SearchDialect.Postgres, name => [name]).Text;
                Assert.Matches(@"^([a-z_ .()<>=A-Z]|@q[0-9]+|ESCAPE '!'|1 = 1)+$", sql);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(20));
    }
}
