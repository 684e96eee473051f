using System.Diagnostics;
using Correlation.Gateway.Opsgenie.Search;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Correlation.Gateway.Opsgenie.Search.AlertQuery;
using static Correlation.Gateway.Opsgenie.Search.CompareValue;

namespace Correlation.Gateway.Tests.Opsgenie.Search;

public sealed class AlertQueryParserTests
{
    private static readonly AlertQuery Open = Is("status", new Word("open", false));
    private static readonly AlertQuery P1 = Is("priority", new Word("P1", false));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData("*")]
    public void An_empty_query_asks_for_everything(string? query) => Assert.Equal(new All(), Parse(query));

    [Theory]
    [InlineData("status:open")]
    [InlineData("status=open")]
    [InlineData("status: open")]
    [InlineData("status : OPEN")]
    [InlineData("STATUS:open")]
    [InlineData("(status:open)")]
    [InlineData("status:(open)")]
    [InlineData("status:\"open\"")]
    public void A_field_is_compared_in_any_spelling_and_letter_case(string query) => Assert.Equal(Open, Parse(query));

    [Theory]
    [InlineData("status:open AND priority:P1")]
    [InlineData("status:open and priority:p1")]
    [InlineData("status:open priority:P1")]
    [InlineData("(status:open)and(priority:P1)")]
    [InlineData("(status:open)(priority:P1)")]
    public void Terms_side_by_side_are_joined_by_and(string query) => Assert.Equal(new And(Open, P1), Parse(query));

    [Fact]
    public void Or_binds_weaker_than_and_and_not_stronger_than_both()
    {
        Assert.Equal(new Or(P1, new And(Open, P1)), Parse("priority:P1 OR status:open AND priority:P1"));
        Assert.Equal(new And(new Not(Open), P1), Parse("not status:open priority:P1"));
        Assert.Equal(new Not(new Or(Open, P1)), Parse("NOT(status:open or priority:P1)"));
        Assert.Equal(new And(Open, new Not(P1)), Parse("status:open NOT priority:P1"));
        Assert.Equal(new Not(new Not(P1)), Parse("not NOT priority:P1"));
    }

    [Fact]
    public void Words_may_touch_parentheses()
    {
        var expected = new And(
            Compare("createdAt", CompareOperator.Greater, new Period(1, 2)),
            Compare("createdAt", CompareOperator.Less, new Period(2, 3)));
        Assert.Equal(expected, Parse("(createdAt>1)and(createdAt<2)"));
    }

    [Fact]
    public void A_field_takes_a_group_of_values()
    {
        var a = Is("message", new Word("a", false));
        var b = Is("message", new Word("b c", false));
        Assert.Equal(new Or(a, b), Parse("message: (a OR \"b c\")"));
        Assert.Equal(new And(a, new Not(b)), Parse("message:(a not \"b c\")"));
        Assert.Equal(new And(a, new Or(a, b)), Parse("message:(a (a or \"b c\"))"));
        Assert.Equal(
            new Or(Is("priority", new Word("P1", false)), Is("priority", new Word("P2", false))),
            Parse("priority:(P1 OR p2)"));
    }

    [Theory]
    [InlineData("createdAt:01-10-2020", nameof(CompareOperator.Is), 1601510400000, 1601596800000)]
    [InlineData("createdAt>01-10-2020", nameof(CompareOperator.Greater), 1601510400000, 1601596800000)]
    [InlineData("createdAt <= 01-10-2020", nameof(CompareOperator.LessOrEqual), 1601510400000, 1601596800000)]
    [InlineData("createdAt>=01-10-2020T10:30", nameof(CompareOperator.GreaterOrEqual), 1601548200000, 1601548260000)]
    [InlineData("createdAt<1601510400123", nameof(CompareOperator.Less), 1601510400123, 1601510400124)]
    public void A_date_is_a_day_a_minute_or_a_millisecond(string query, string op, long from, long until) =>
        Assert.Equal(
            Compare("createdAt", Enum.Parse<CompareOperator>(op), new Period(from, until)), Parse(query));

    [Fact]
    public void Numbers_and_flags_are_compared_as_such()
    {
        Assert.Equal(Compare("count", CompareOperator.GreaterOrEqual, new Number(10)), Parse("count >= 10"));
        Assert.Equal(Is("tinyId", new Number(791)), Parse("tinyId:791"));
        Assert.Equal(Is("isSeen", new Flag(false)), Parse("isSeen:FALSE"));
        Assert.Equal(Is("acknowledged", new Flag(true)), Parse("acknowledged = true"));
    }

    [Theory]
    [InlineData("tag:ml", "tag", "ml")]
    [InlineData("tags:ml", "tag", "ml")]
    [InlineData("responders:ann@ml.example", "responders", "ann@ml.example")]
    [InlineData("integration.name:prometheus", "integration.name", "prometheus")]
    [InlineData("details.key:run_id", "details.key", "run_id")]
    [InlineData("entity:model:churn_model", "entity", "model:churn_model")]
    [InlineData("source:http://prom:9090/graph?a=b", "source", "http://prom:9090/graph?a=b")]
    public void A_value_reaches_to_the_next_space_or_parenthesis(string query, string field, string value) =>
        Assert.Equal(Is(field, new Word(value, false)), Parse(query));

    [Fact]
    public void A_star_behind_a_word_or_phrase_asks_for_a_prefix()
    {
        Assert.Equal(Is("alias", new Word("drift-", true)), Parse("alias:drift-*"));
        Assert.Equal(Is("owner", new Word("", true)), Parse("owner:*"));
        Assert.Equal(Is("tag", new Word("model quality", true)), Parse("tag:\"model quality\"*"));
        Assert.Equal(new Text(new Word("churn", true)), Parse("churn*"));
        Assert.Equal(Is("message", new Word("2*3", false)), Parse("message:\"2*3\""));
    }

    [Fact]
    public void Words_without_a_field_are_text()
    {
        Assert.Equal(new Text(new Word("drift", false)), Parse("drift"));
        Assert.Equal(new Text(new Word("and \"or\" \\not", false)), Parse("\"and \\\"or\\\" \\\\not\""));
        Assert.Equal(
            new And(new Text(new Word("orange", false)), new Text(new Word("notes", false))), Parse("orange notes"));
    }

    [Fact]
    public void An_unknown_field_is_the_key_of_a_detail()
    {
        Assert.Equal(Detail("IssueKey", "ABC-1"), Parse("IssueKey:ABC-1"));
        Assert.Equal(Detail("not", "x"), Parse("not:x"));

        static Compare Detail(string key, string value) =>
            new(AlertField.Detail(key), CompareOperator.Is, new Word(value, false));
    }

    [Theory]
    [InlineData(
        "a Recipients:ann", 2,
        "expected another field than `Recipients`: who was paged is not searched for; `responders` are whom an alert names")]
    [InlineData(
        "users:(ann OR bob)", 0,
        "expected another field than `users`: who was paged is not searched for; `responders` are whom an alert names")]
    [InlineData("status:broken", 7, "`status`: expected one of open, closed, found `broken`")]
    [InlineData("status:o*", 7, "`status`: expected one of open, closed, found `o*`")]
    [InlineData("priority:(P1 OR P6)", 16, "`priority`: expected one of P1, P2, P3, P4, P5, found `P6`")]
    [InlineData("isSeen:yes", 7, "`isSeen`: expected true or false, found `yes`")]
    [InlineData("count>many", 6, "`count`: expected a whole number, found `many`")]
    [InlineData(
        "createdAt>yesterday",
        10,
        "`createdAt`: expected epoch milliseconds, dd-MM-yyyy or dd-MM-yyyyTHH:mm (UTC), found `yesterday`")]
    [InlineData(
        "status>open",
        0,
        "expected `:` or `=` after `status`; "
        + "only createdAt, updatedAt, lastOccurredAt, snoozedUntil, tinyId, count have an order")]
    [InlineData("status:", 7, "`status`: expected one of open, closed, found the end")]
    [InlineData("message:(a OR )", 14, "`message`: expected a word or a phrase in double quotes, found `)`")]
    [InlineData("a AND", 5, "expected a word or `field:value`, found the end")]
    [InlineData("OR a", 0, "expected a word or `field:value`, found `OR`")]
    [InlineData("a AND OR b", 6, "expected a word or `field:value`, found `OR`")]
    [InlineData("()", 1, "expected a word or `field:value`, found `)`")]
    [InlineData("a (b OR c", 2, "expected `)` for this `(`")]
    [InlineData("a) b", 1, "expected a `(` before this `)`")]
    [InlineData(":open", 0, "expected a field before `:open`; put a text that begins so in double quotes")]
    [InlineData("\"open", 0, "expected a closing double quote for this one")]
    [InlineData(
        "message:a*b", 9, "expected `*` only at the end of a word; put a text that contains one in double quotes")]
    [InlineData("a\0b", 1, "expected Unicode text without NUL")]
    public void A_bad_query_says_where_and_what_is_allowed(string query, int position, string message)
    {
        Assert.False(AlertQueryParser.TryParse(query, out _, out var error));
        Assert.Equal((position, message), (error.Position, error.Message));
        Assert.Equal($"query, character {position + 1}: {message}", error.ToString());
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Assert.Equal(new Text(new Word(new string('a', 1000), false)), Parse(new string('a', 1000)));
        Assert.False(AlertQueryParser.TryParse(new string('a', 1001), out _, out var error));
        Assert.Equal("expected at most 1000 characters, found 1001", error.Message);

        Assert.Equal(new Text(new Word("a", false)), Parse(new string('(', 32) + "a" + new string(')', 32)));
        Assert.False(AlertQueryParser.TryParse(new string('(', 33) + "a" + new string(')', 33), out _, out error));
        Assert.Equal(32, error.Position);
        Assert.False(AlertQueryParser.TryParse(string.Concat(Enumerable.Repeat("not ", 33)) + "a", out _, out error));
        Assert.Equal("expected at most 32 parentheses and NOTs inside one another", error.Message);
    }

    [Fact]
    public void Any_text_is_a_query_or_an_error_within_it()
    {
        var watch = Stopwatch.StartNew();
        Prop.ForAll(QueryTexts.Any.ToArbitrary(), text =>
        {
            if (!AlertQueryParser.TryParse(text, out var query, out var error))
            {
                Assert.Null(query);
                Assert.InRange(error.Position, 0, text.Length);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithEndSize(60));

        foreach (var piece in (string[])["(", "not ", "a ", "\"", "\\", "a:(", "a or ", ":", "*", "a:", "\"\\"])
        {
            _ = AlertQueryParser.TryParse(string.Concat(Enumerable.Repeat(piece, 1000 / piece.Length)), out _, out _);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"expected bounded time, took {watch.Elapsed}");
    }

    private static AlertQuery Parse(string? text)
    {
        Assert.True(AlertQueryParser.TryParse(text, out var query, out var error), error?.ToString());
        return query;
    }

    private static Compare Is(string field, CompareValue value) => Compare(field, CompareOperator.Is, value);

    private static Compare Compare(string field, CompareOperator op, CompareValue value) =>
        new(AlertFields.Find(field)!, op, value);
}
