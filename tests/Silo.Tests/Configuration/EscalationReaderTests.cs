using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class EscalationReaderTests
{
    [Fact]
    public void Whom_a_step_names_and_what_comes_after_the_last_arrive_in_the_policy()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", """
            teams:
              - name: other
                members: [{ user: ann, admin: true }]
                escalation: ladder
                escalation_by_priority: { P1: full, P5: ladder }
                acknowledge_timeout: 2h
            escalations:
              - name: full
                acknowledge_timeout: 30m
                repeat: { wait: 10m, count: 3, reset_acknowledgement: true, close_after_all: true }
                steps:
                  - { after: 0s, notify: "admins:other" }
                  - { after: 1m, notify: "random:other" }
                  - { after: 2m, notify: "escalation:ladder" }
            """);
        var read = FolderReading.At(folder.Path);
        Assert.Empty(read.Problems);
        var team = read.Policy!.FindTeam("other")!;
        Assert.Equal([new(Priority.P1, "full"), new PriorityEscalation(Priority.P5, "ladder")], team.ByPriority);
        Assert.Equal(TimeSpan.FromHours(2), team.AcknowledgeTimeout);
        var full = read.Policy.FindEscalation("full")!;
        Assert.Equal(
            [StepTargetType.Admins, StepTargetType.Random, StepTargetType.Escalation],
            full.Steps.Select(s => s.Target.Type));
        Assert.Equal(new EscalationRepeat(TimeSpan.FromMinutes(10), 3, true, true), full.Repeat);
        Assert.Equal(TimeSpan.FromMinutes(30), full.AcknowledgeTimeout);
    }

    [Theory]
    [InlineData("{ after: 0s, notify: 'escalation:a' }", "escalations[a].steps: lead in a circle: a > a; allowed: ")]
    [InlineData(
        "{ after: 0s, notify: 'escalation:b' }", "escalations[a].steps: lead in a circle: a > b > a; allowed: ")]
    [InlineData(
        "{ after: 0s, notify: 'escalation:c1' }",
        "escalations[a].steps: are nested too deep: a > c1 > c2 > c3 > c4 > c5 > c6; allowed: ")]
    [InlineData(
        "{ after: 0s, notify: 'admins:ml' }",
        "escalations[a].steps[0].notify: names team 'ml', which has no admin; allowed: ")]
    [InlineData(
        "{ after: 0s, notify: 'user:ann' }, { after: 1m, notify: 'escalation:wide' }",
        "escalations[a].steps: are too many with those of ")]
    public void A_ladder_that_cannot_be_climbed_is_refused(string steps, string expected)
    {
        using var folder = MinimalFolder.Create();
        var wide = string.Concat(Enumerable.Repeat("{ after: 0s, notify: 'user:ann' }, ", 99));
        folder.Write("more.yaml", $$"""
            escalations:
              - { name: a, steps: [{{steps}}] }
              - { name: b, steps: [{ after: 0s, notify: 'escalation:a' }] }
              - { name: c1, steps: [{ after: 0s, notify: 'escalation:c2' }] }
              - { name: c2, steps: [{ after: 0s, notify: 'escalation:c3' }] }
              - { name: c3, steps: [{ after: 0s, notify: 'escalation:c4' }] }
              - { name: c4, steps: [{ after: 0s, notify: 'escalation:c5' }] }
              - { name: c5, steps: [{ after: 0s, notify: 'escalation:c6' }] }
              - { name: c6, steps: [{ after: 0s, notify: 'user:ann' }] }
              - { name: wide, steps: [{{wide}}] }
            """);
        var problems = FolderReading.At(folder.Path).Problems;
        Assert.Contains(problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ladders_of_ladders_are_counted_no_further_than_it_takes()
    {
        using var folder = MinimalFolder.Create();
        var levels = Enumerable.Range(1, 5).Select(n =>
            $"  - {{ name: e{n}, steps: [{string.Concat(Enumerable.Repeat($"{{ after: 0s, notify: 'escalation:e{n + 1}' }}, ", 98))}] }}\n");
        folder.Write("more.yaml", "escalations:\n" + string.Concat(levels) + "  - { name: e6, steps: [{ after: 0s, notify: 'user:ann' }] }\n");

        var read = await Task.Run(() => FolderReading.At(folder.Path)).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Contains(
            read.Problems,
            problem => problem.ToString().Contains("are too many with those of ", StringComparison.Ordinal));
    }

    [Fact]
    public void Closing_after_all_needs_a_count()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", """
            escalations:
              - { name: a, repeat: { close_after_all: true }, steps: [{ after: 0s, notify: "user:ann" }] }
            """);
        Assert.Contains(
            ".repeat.count: is missing; allowed: how often",
            Assert.Single(FolderReading.At(folder.Path).Problems).ToString(),
            StringComparison.Ordinal);
    }
}
