using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Alerts;

public sealed class CriteriaTests
{
    private static readonly Signal Alert = Given.Firing with
    {
        Tags = ["gpu", "Node Pool"],
        Labels = Labels.From([new("node", "n-12"), new("zone", "eu west")]),
        Responders = [new Responder("team", "serving"), new Responder("user", "ann")],
        KeyTeam = "owners",
        Description = "",
    };

    [Theory]
    [InlineData(CriteriaField.Message, CriteriaOperation.Contains, "accuracydrop")]
    [InlineData(CriteriaField.Message, CriteriaOperation.StartsWith, "modelaccuracy")]
    [InlineData(CriteriaField.Message, CriteriaOperation.EndsWith, "churn_model")]
    [InlineData(CriteriaField.Message, CriteriaOperation.EqualsIgnoreWhitespace, "ModelAccuracyDrop-churn_model")]
    [InlineData(CriteriaField.Alias, CriteriaOperation.Matches, "churn-.*")]
    [InlineData(CriteriaField.Description, CriteriaOperation.IsEmpty, "")]
    [InlineData(CriteriaField.Source, CriteriaOperation.Equals, "Quality-Monitor")]
    [InlineData(CriteriaField.Entity, CriteriaOperation.Equals, "model:churn_model")]
    [InlineData(CriteriaField.Tags, CriteriaOperation.Contains, "node pool")]
    [InlineData(CriteriaField.Tags, CriteriaOperation.Matches, "g[a-z]u")]
    [InlineData(CriteriaField.Actions, CriteriaOperation.IsEmpty, "")]
    [InlineData(CriteriaField.ExtraProperties, CriteriaOperation.Matches, "n-[0-9]+")]
    [InlineData(CriteriaField.Details, CriteriaOperation.ContainsKey, "ZONE")]
    [InlineData(CriteriaField.Details, CriteriaOperation.ContainsValue, "eu west")]
    [InlineData(CriteriaField.Responders, CriteriaOperation.Contains, "ann")]
    [InlineData(CriteriaField.Teams, CriteriaOperation.Contains, "serving")]
    [InlineData(CriteriaField.Teams, CriteriaOperation.Contains, "owners")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.Equals, "P2")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.GreaterThan, "P3")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.LessThan, "P1")]
    public void A_condition_holds_and_its_opposite_does_not(
        CriteriaField field, CriteriaOperation operation, string expected)
    {
        var condition = Condition(field, operation, expected);
        Assert.Null(condition.Problem);
        Assert.True(Matches(CriteriaType.MatchAllConditions, condition));
        Assert.False(Matches(CriteriaType.MatchAllConditions, condition with { Not = true }));
    }

    [Theory]
    [InlineData(CriteriaField.Message, CriteriaOperation.Matches, "churn")]
    [InlineData(CriteriaField.Message, CriteriaOperation.IsEmpty, "")]
    [InlineData(CriteriaField.Tags, CriteriaOperation.Contains, "node")]
    [InlineData(CriteriaField.ExtraProperties, CriteriaOperation.Equals, "eu west")]
    [InlineData(CriteriaField.Details, CriteriaOperation.ContainsValue, "node")]
    [InlineData(CriteriaField.Teams, CriteriaOperation.Contains, "ann")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.GreaterThan, "P2")]
    public void A_condition_does_not_hold(CriteriaField field, CriteriaOperation operation, string expected) =>
        Assert.False(Matches(CriteriaType.MatchAllConditions, Condition(field, operation, expected)));

    [Theory]
    [InlineData(CriteriaField.Message, CriteriaOperation.Matches, "(")]
    [InlineData(CriteriaField.Message, CriteriaOperation.GreaterThan, "P1")]
    [InlineData(CriteriaField.Tags, CriteriaOperation.ContainsKey, "x")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.Contains, "P1")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.Equals, "urgent")]
    [InlineData(CriteriaField.Priority, CriteriaOperation.Matches, "P[12]")]
    public void What_cannot_be_asked_says_why(CriteriaField field, CriteriaOperation operation, string expected) =>
        Assert.NotNull(Condition(field, operation, expected).Problem);

    [Fact]
    public void Any_of_the_conditions_or_all_of_them()
    {
        var (good, bad) = (Condition(CriteriaField.Tags, CriteriaOperation.Contains, "gpu"), Condition(CriteriaField.Tags, CriteriaOperation.Contains, "cpu"));
        Assert.True(Matches(CriteriaType.MatchAnyCondition, bad, good));
        Assert.False(Matches(CriteriaType.MatchAllConditions, bad, good));
        Assert.True(Matches(CriteriaType.MatchAll, bad));
    }

    private static bool Matches(CriteriaType type, params ValueList<AlertCondition> conditions) =>
        new AlertCriteria(type, conditions).Matches(Alert, Priority.P2);

    private static AlertCondition Condition(CriteriaField field, CriteriaOperation operation, string expected) =>
        new(field, field == CriteriaField.ExtraProperties ? "node" : "", operation, expected, Not: false);
}
