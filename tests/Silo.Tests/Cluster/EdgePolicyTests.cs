using Correlation.Gateway.Keys;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Cluster.Intake;
using Xunit;

namespace Correlation.Silo.Tests.Cluster;

/// <summary>What a gateway is told of the policy: enough to parse, and nothing that reaches people.</summary>
public sealed class EdgePolicyTests
{
    private static readonly AdministratorKey Administrator = new(new string('a', 64));

    private static readonly PolicyVersion Whole = EdgePolicy.None with
    {
        Settings = EdgePolicy.None.Settings with { ResolveTimeout = TimeSpan.FromMinutes(7) },
        Kinds =
        [
            new Kind("disk", "d", ["DiskFull"], ["disk"], Priority.P3, "ml", ["node"], null, "clean", ["Clean"]),
            new Kind("watchdog", "d", ["Watchdog"], [], Priority.P2, "ml", ["cluster"], null, "look", ["Look"]) { IsHeartbeat = true },
        ],
        Keys = [new ApiKey("off", new string('b', 64), ApiKeyType.Integration, "ml", KeyRights.Read) { Id = "k", Enabled = false }],
        Users = [new User("ann", "Ann", "UTC", [new DeliveryTarget("sms", "+1555")]) { Id = "u" }],
        Teams = [new Team("ml", "t", "d", [], "ladder")],
        Schedules = [new Schedule("week", "s", "d", "UTC", [], "ml")],
        Escalations = [new Escalation("ladder", "d", "ml", []) { Id = "e" }],
    };

    private static readonly byte[] Told = EdgePolicy.Write(Whole, Administrator);

    [Fact]
    public void It_has_the_keys_and_by_which_ids_senders_may_name_things()
    {
        var read = EdgePolicy.Read(Told);
        Assert.Equal([Administrator.Key, .. Whole.Keys], read.Keys);
        Assert.Equal(Named(Whole), Named(read));
    }

    [Fact]
    public void It_has_nobodys_address() =>
        Assert.DoesNotContain("1555", System.Text.Encoding.UTF8.GetString(Told), StringComparison.Ordinal);

    [Fact]
    public void It_tells_pings_from_alerts_as_the_whole_policy_does()
    {
        var watchdog = Whole.Kinds[1];
        var read = EdgePolicy.Read(Told);
        var signal = new Signal
        {
            Alias = "a",
            Message = "m",
            Labels = Labels.From([new("alertname", "Watchdog")]),
            Integration = new Integration("i", "prometheus", "Prometheus"),
            ResendsWhileFiring = true,
        };

        Assert.Equal(watchdog, read.Kinds[1]);
        Assert.NotNull(HeartbeatSignals.Find(signal, read));
        Assert.Equal(HeartbeatSignals.Find(signal, Whole), HeartbeatSignals.Find(signal, read));
        Assert.Empty(EdgePolicy.Read(EdgePolicy.Write(Whole with { Kinds = [Whole.Kinds[0]] }, Administrator)).Kinds);
    }

    private static IEnumerable<(string Name, string Id)> Named(PolicyVersion policy) =>
    [
        .. policy.Users.Select(user => (user.Name, user.Id)), .. policy.Teams.Select(team => (team.Name, team.Id)),
        .. policy.Schedules.Select(schedule => (schedule.Name, schedule.Id)),
        .. policy.Escalations.Select(ladder => (ladder.Name, ladder.Id)),
    ];
}
