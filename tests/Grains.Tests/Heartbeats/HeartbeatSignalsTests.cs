using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Heartbeats;

public sealed class HeartbeatSignalsTests
{
    private static readonly Kind Watchdog =
        new("watchdog", "Nothing comes.", ["Watchdog"], [], Priority.P2, "ml-platform", ["cluster", "prometheus"], null, "Look.", ["Look"])
        {
            IsHeartbeat = true,
        };

    private static readonly PolicyVersion Policy = Given.Small with { Kinds = [.. Given.Small.Kinds, Watchdog] };

    private static readonly Signal Posted = Of(("alertname", "Watchdog"), ("severity", "none"));

    [Fact]
    public void Its_heartbeat_has_the_kinds_priority_and_team_and_the_time_that_silence_takes()
    {
        Assert.Equal(
            new HeartbeatCommand.Hear(
                new HeartbeatSettings(
                    "Watchdog.prometheus", "Nothing comes.\nLook.", 5, "minutes", true, "ml-platform", "", [], Priority.P2),
                null,
                false),
            HeartbeatSignals.Find(Posted, Policy));
        var notified = HeartbeatSignals.Find(Posted with { ResendsWhileFiring = false, ResendsSeldom = true, KeyTeam = "serving" }, Policy)!;
        Assert.Equal((TimeSpan.FromHours(12), "serving"), (notified.Made.Interval, notified.Made.OwnerTeam));
    }

    [Theory]
    [InlineData(null, null, "Watchdog.prometheus")]
    [InlineData("eu-1", null, "Watchdog.prometheus.eu-1")]
    [InlineData("eu", "k8s_a", "Watchdog.prometheus.eu.k8s_a")]
    [InlineData("prometheus", null, "Watchdog.prometheus.prometheus")]
    public void The_labels_that_tell_servers_apart_are_in_its_name(string? cluster, string? prometheus, string name) =>
        Assert.Equal(name, NameOf(cluster, prometheus));

    [Theory]
    [InlineData(null, "monitoring/k8s", "Watchdog.prometheus.monitoring-k8s~")]
    [InlineData(null, "eu", "Watchdog.prometheus.eu~")]
    [InlineData("eu.example.org", "a?b#c d~e", "Watchdog.prometheus.eu-example-org.a-b-c-d-e~")]
    public void A_name_that_does_not_tell_exactly_ends_with_a_digest(string? cluster, string? prometheus, string beginning)
    {
        var name = NameOf(cluster, prometheus);
        Assert.StartsWith(beginning, name, StringComparison.Ordinal);
        Assert.Equal(beginning.Length + 8, name.Length);
        Assert.Equal(name, NameOf(cluster, prometheus));
    }

    [Fact]
    public void No_two_servers_share_one()
    {
        string?[] values = [null, "a", "-", "a-b", "a/b", "a.b", "a b", "a.", ".", "..", "prometheus", "a~b", "a.b.c", "b"];
        var names =
            from key in new[] { "prometheus", "prometheus.a", "" }
            from cluster in values
            from prometheus in values
            select NameOf(cluster, prometheus, key);
        Assert.Equal(3 * values.Length * values.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Long_names_are_cut_and_still_told_apart()
    {
        var (one, other) = (NameOf(new string('c', 300) + "1", null), NameOf(new string('c', 300) + "2", null));
        Assert.Equal((200, 200), (one.Length, other.Length));
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void The_name_of_a_kind_in_its_label_counts_first()
    {
        Assert.NotNull(HeartbeatSignals.Find(Of(("alertname", "Alive"), ("kind", "watchdog")), Policy));
        Assert.Null(HeartbeatSignals.Find(Of(("alertname", "Watchdog"), ("kind", "model_quality")), Policy));
    }

    [Fact]
    public void Everything_else_is_an_alert()
    {
        Assert.Null(HeartbeatSignals.Find(Of(("alertname", "DiskFull")), Policy));
        Assert.Null(HeartbeatSignals.Find(Of(("job", "x")), Policy));
        Assert.Null(HeartbeatSignals.Find(Posted with { ResendsWhileFiring = false }, Policy));
        Assert.Null(HeartbeatSignals.Find(Posted, Given.Small));
        Assert.Null(HeartbeatSignals.Find(
            Posted, Policy with { Kinds = [Watchdog with { Name = "own", IsHeartbeat = false }, Watchdog] }));
    }

    private static string NameOf(string? cluster, string? prometheus, string key = "prometheus")
    {
        var signal = Of(("alertname", "Watchdog"), ("cluster", cluster ?? ""), ("prometheus", prometheus ?? ""), ("replica", "0"));
        return HeartbeatSignals.Find(signal with { Integration = new Integration("i", key, "Prometheus") }, Policy)!.Made.Name;
    }

    private static Signal Of(params (string Name, string Value)[] labels) => new()
    {
        Alias = "a",
        Message = "m",
        Labels = Labels.From(labels.Select(label => KeyValuePair.Create(label.Name, label.Value))),
        Integration = new Integration("i", "prometheus", "Prometheus"),
        ResendsWhileFiring = true,
    };
}
