using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class NotificationRuleReaderTests
{
    [Fact]
    public void They_arrive_in_the_policy()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", """
            users:
              - name: bob
                contacts: [{ channel: log }]
                notification_rules: [{ priorities: [P1, P2], steps: [{ channel: log }, { channel: log, after: 2m }] }]
            """);
        var read = FolderReading.At(folder.Path);
        Assert.Empty(read.Problems);
        Assert.Equal(
            [new NotificationRule([Priority.P1, Priority.P2], [new("log", TimeSpan.Zero), new("log", TimeSpan.FromMinutes(2))])],
            read.Policy!.FindUser("bob")!.Rules);
    }

    [Theory]
    [InlineData("{ steps: [{ channel: log }] }", ".priorities: is missing; allowed: at least one of P1, ")]
    [InlineData("{ priorities: P1 }", ".steps: is missing; allowed: at least one step")]
    [InlineData(
        "{ priorities: P1, steps: [{ channel: chat }] }",
        "names channel 'chat', by which the user has no contact; allowed: log")]
    public void What_cannot_be_is_refused(string rule, string expected)
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", $$"""
            channels: [{ name: chat, type: log }]
            users: [{ name: bob, contacts: [{ channel: log }], notification_rules: [{{rule}}] }]
            """);
        Assert.Contains(
            FolderReading.At(folder.Path).Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
    }
}
