using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class InhibitRuleReaderTests
{
    private const string NodeHoldsJob = "{ name: node, source_matchers: alertname=NodeDown, target_matchers: alertname=JobFailed, equal: [node] }";

    [Theory]
    [InlineData(
        "{ name: job, source_matchers: alertname=JobFailed, target_matchers: alertname=NodeDown, equal: [node] }")]
    [InlineData("{ name: urgent, source_matchers: severity=critical, target_matchers: 'severity=~\"warning|info\"', equal: [node] }")]
    [InlineData("{ name: all, source_matchers: 'alertname=~\"Job.*\"', target_matchers: 'alertname!=\"JobFailed\"' }")]
    public void Rules_that_may_hold_each_others_sources_back_are_warned_of_at_the_later_one(string other)
    {
        var warning = Assert.Single(With($"{NodeHoldsJob}, {other}").Warnings).ToString();

        Assert.Contains("inhibit_rules[", warning, StringComparison.Ordinal);
        Assert.Contains(
            "source_matchers: warning: matches what rule 'node' holds back, and the other way round: two such alerts hold each other back",
            warning,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "{ name: rack, source_matchers: alertname=RackDown, target_matchers: alertname=NodeDown, equal: [rack] }")]
    [InlineData("{ name: other, source_matchers: [alertname=JobFailed, node=a], target_matchers: [alertname=NodeDown, node=b], equal: [node] }")]
    [InlineData("{ name: self, source_matchers: [alertname=JobFailed, severity=critical], target_matchers: 'alertname=~\"Job.*\"' }")]
    public void Rules_of_which_one_explains_the_other_are_not(string other) =>
        Assert.Empty(With($"{NodeHoldsJob}, {other}").Problems);

    private static Silo.Configuration.ReadConfiguration With(string rules)
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", $"inhibit_rules: [{rules}]");
        return FolderReading.At(folder.Path);
    }
}
