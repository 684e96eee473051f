using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class CorrelationReaderTests
{
    private const string Kinds = """
        kinds:
          - { name: stale, priority: P3, team: ml, runbook: r, actions: [a], says: stale, nature: measurement }
          - name: drift
            priority: P3
            team: ml
            runbook: r
            actions: [a]
            watch: 6h
            cause_window: 2d
            caused_by: [{ kind: stale, lag: { min: 1m, max: 12h }, weight: 0.9 }, { kind: drift }]
        """;

    [Fact]
    public void What_causes_a_kind_arrives_in_the_policy()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("kinds.yaml", Kinds);

        var read = FolderReading.At(folder.Path);

        Assert.Empty(read.Problems);
        Assert.Equal((KindNature.Measurement, "stale"), (read.Policy!.Kinds[0].Nature, read.Policy.Kinds[0].Says));
        var drift = read.Policy.FindKind("Drift")!;
        Assert.Equal((TimeSpan.FromHours(6), TimeSpan.FromDays(2)), (drift.Watch!.Value, drift.CauseWindow));
        Assert.Equal(
            [
                new Explanation("stale", new LagRange(TimeSpan.FromMinutes(1), TimeSpan.FromHours(12)), 0.9),
                new Explanation("drift", new LagRange(TimeSpan.Zero, TimeSpan.FromHours(1))),
            ],
            drift.CausedBy);
    }

    [Fact]
    public void A_time_scale_divides_lags_windows_watches_and_the_lateness()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("kinds.yaml", Kinds);
        folder.Write("more.yaml", "settings: { correlation: { time_scale: 60, settle: 2s } }");

        var read = FolderReading.At(folder.Path);

        Assert.Empty(read.Problems);
        var drift = read.Policy!.FindKind("drift")!;
        Assert.Equal((TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(48)), (drift.Watch!.Value, drift.CauseWindow));
        Assert.Equal(new LagRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(12)), drift.CausedBy[0].Lag);
        Assert.Equal(
            new CorrelationSettings
            {
                Enabled = true,
                Settle = TimeSpan.FromSeconds(2),
                Lateness = TimeSpan.FromSeconds(10),
                Fleeting = TimeSpan.FromSeconds(30),
                Slack = TimeSpan.FromSeconds(10),
                SymptomWindow = TimeSpan.FromSeconds(30),
                SharedWindow = TimeSpan.FromSeconds(5),
                TimeScale = 60,
            },
            read.Policy.Settings.Correlation);
        Assert.Equal(
            (TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(12)),
            (read.Policy.Settings.FlapWindow, read.Policy.Settings.WebhookTimeout));
    }

    [Fact]
    public void Without_a_block_alerts_look_for_their_cause_and_it_can_be_turned_off()
    {
        using var folder = MinimalFolder.Create();
        Assert.Equal(
            new CorrelationSettings { Enabled = true }, FolderReading.At(folder.Path).Policy!.Settings.Correlation);

        folder.Write("more.yaml", "settings: { correlation: { enabled: false } }");
        Assert.Null(FolderReading.At(folder.Path).Policy!.Settings.Causes);
    }

    [Theory]
    [InlineData("caused_by: [{ kind: none }]", "names 'none', which is none of the kinds")]
    [InlineData("caused_by: [{ kind: k, lag: { min: 2h, max: 1h } }]", "is shorter than 'min'")]
    [InlineData(
        "caused_by: [{ kind: k, lag: { max: 1h }, weight: 1.5 }]",
        "weight: is too large; allowed: a number from 0 to 1")]
    [InlineData("nature: bad", "allowed: fault, change, measurement")]
    public void What_cannot_be_is_refused(string keys, string expected)
    {
        using var folder = MinimalFolder.Create();
        folder.Write("kinds.yaml", $"kinds: [{{ name: k, priority: P3, team: ml, runbook: r, actions: [a], {keys} }}]");
        Assert.Contains(
            FolderReading.At(folder.Path).Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
    }
}
