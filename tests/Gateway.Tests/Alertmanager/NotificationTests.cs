using System.Globalization;
using Correlation.Gateway.Alertmanager.Intake;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed class NotificationTests
{
    /// <summary>In the order in which Alertmanager writes the fields.</summary>
    private const string Body = """
        {"receiver":"oncall","status":"firing","alerts":[
          {"status":"firing","labels":{"alertname":"FeatureViewStale","feature_view":"clicks"},"annotations":{"summary":"3h old"},
           "startsAt":"2026-01-05T10:00:00.123Z","endsAt":"0001-01-01T00:00:00Z",
           "generatorURL":"https://prom.example.test/graph?g0.expr=x\u0026g0.tab=1","fingerprint":"7aeb20702238fd8c"},
          {"status":"resolved","labels":{"alertname":"FeatureViewStale","feature_view":"views"},"annotations":{},
           "startsAt":"2026-01-05T10:00:00Z","endsAt":"2026-01-05T10:20:00Z","generatorURL":"","fingerprint":"0"}],
         "groupLabels":{"alertname":"FeatureViewStale"},"commonLabels":{},"commonAnnotations":{},
         "externalURL":"https://am.example.test","version":"4","groupKey":"{}:{alertname=\"FeatureViewStale\"}","truncatedAlerts":0}
        """;

    [Fact]
    public void Each_alert_is_a_signal_under_the_alias_that_its_labels_have_everywhere()
    {
        var (firing, resolved) = Two();
        Assert.Equal(Bodies.One("""{"labels":{"alertname":"FeatureViewStale","feature_view":"clicks"}}""").Alias, firing.Alias);
        Assert.Equal("3h old", firing.Message);
        Assert.Equal("am.example.test", firing.Source);
        Assert.Equal("https://am.example.test", firing.Texts["externalURL"]);
        Assert.Equal("https://prom.example.test/graph?g0.expr=x&g0.tab=1", firing.Texts["generatorURL"]);
        Assert.NotEqual(firing.Alias, resolved.Alias);
    }

    [Fact]
    public void One_that_fires_does_so_until_one_says_that_it_is_over()
    {
        var (firing, resolved) = Two();
        Assert.Equal(
            (false, true, false, null),
            (firing.ResendsWhileFiring, firing.ResendsSeldom, firing.Resolved, firing.EndsAt));
        Assert.True(resolved.Resolved);
        Assert.Equal(DateTimeOffset.Parse("2026-01-05T10:20:00Z", CultureInfo.InvariantCulture), resolved.EndsAt);
    }

    [Fact]
    public void However_it_is_written_resolved_is_resolved() => Assert.True(
        Bodies.Signals(Bodies.Notified("""{"alerts":[{"status":"Resolved","labels":{"a":"1"}}],"version":"4"}""")).Single().Resolved);

    [Fact]
    public void What_can_be_used_of_it_is_used()
    {
        var batch = Bodies.Notified("""{"alerts":[{"status":"firing"},{"status":"firing","labels":{"a":"1"}}],"version":4}""");
        Assert.Single(batch.Commands);
        Assert.Equal("[0].labels is required", batch.Problems.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"alerts":{}}""")]
    [InlineData("""{"alerts":[{"labels":{"a":"1"}}]""")]
    public void A_body_without_alerts_cannot_be_used(string body) => Assert.NotNull(Bodies.Notified(body).NotReadable);

    [Fact]
    public void Wherever_a_body_is_cut_the_alerts_that_are_whole_are_read()
    {
        var whole = Bodies.Signals(Bodies.Notified(Body));
        var ends = new[] { Body.IndexOf("7aeb20702238fd8c\"}", StringComparison.Ordinal) + 18, Body.IndexOf("\"0\"}", StringComparison.Ordinal) + 4 };
        for (var cut = Body.IndexOf('[', StringComparison.Ordinal) + 1; cut < Body.Length; cut++)
        {
            var batch = Bodies.NotifiedCut(Body, cut);
            Assert.Null(batch.NotReadable);
            Assert.Equal(1, batch.Problems.Count);
            Assert.Equal(ends.Count(end => cut >= end), batch.Commands.Length);
            Assert.Equal(
                whole.Take(batch.Commands.Length).Select(s => s.Alias), Bodies.Signals(batch).Select(s => s.Alias));
        }
    }

    [Fact]
    public void Of_more_alerts_than_are_taken_the_first_are_and_the_others_are_a_problem()
    {
        var alerts = Enumerable.Range(0, AlertLimits.NotifiedAlerts + 3).Select(i => $$$"""{"labels":{"n":"{{{i}}}"}}""");
        var batch = Bodies.Notified($$"""{"alerts":[{{string.Join(',', alerts)}}],"externalURL":"http://am.example.test"}""");
        Assert.Equal(AlertLimits.NotifiedAlerts, batch.Commands.Length);
        Assert.Equal("only the first 65536 of 65539 alerts are taken", batch.Problems.Text);
        Assert.Equal("am.example.test", Bodies.Signals(batch)[^1].Source);
    }

    [Fact]
    public void Alerts_that_alertmanager_left_out_are_counted() =>
        Assert.Equal(7, Bodies.Notified("""{"alerts":[{"labels":{"a":"1"}}],"truncatedAlerts":7}""").LeftOut);

    private static (Grains.Alerts.Signal Firing, Grains.Alerts.Signal Resolved) Two()
    {
        var signals = Bodies.Signals(Bodies.Notified(Body));
        Assert.Equal(2, signals.Length);
        return (signals[0], signals[1]);
    }
}
