using Correlation.Gateway.Seams;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Tests.Configuration;
using Correlation.TestKit.Processes;

namespace Correlation.Silo.Tests.Commands.Replay;

/// <summary>What was recorded in these tests, and the folders under which it is told again.</summary>
internal static class Stories
{
    public const string Yaml = """
        settings: { default_team: ml }
        users:
          - { name: ann, contacts: [{ channel: log }] }
          - { name: bob, contacts: [{ channel: log }] }
        teams: [{ name: ml, members: [ann, bob], escalation: ladder }]
        channels: [{ name: log, type: log }]
        routes: [{ name: all }]
        escalations:
          - name: ladder
            steps:
              - { after: 0s, notify: "user:ann" }
              - { after: 5m, notify: "user:bob" }
        """;

    /// <summary>Bob is asked sooner, and one service is one incident.</summary>
    public static readonly string Changed = Yaml.Replace("after: 5m", "after: 2m", StringComparison.Ordinal)
        .Replace("{ name: all }", "{ name: all, group_by: [service] }", StringComparison.Ordinal);

    public static TempFolder Folder(string yaml)
    {
        var folder = new TempFolder("replay-configuration");
        folder.Write("all.yaml", yaml);
        return folder;
    }

    public static PolicyVersion Policy(string yaml)
    {
        using var folder = Folder(yaml);
        return FolderReading.At(folder.Path).Policy!;
    }

    /// <summary>
    /// All that a log holds: re-sends, acts by alert and by incident, a silence, a heartbeat, an outage in a ladder.
    /// </summary>
    public static void Tell(RecordedShard service)
    {
        service.Fire("drift", "Drift", resends: TimeSpan.FromMinutes(4));
        service.Advance(TimeSpan.FromMinutes(1));
        service.Fire("accuracy", "Accuracy");
        for (var minute = 0; minute < 3; minute++)
        {
            service.Fire("drift", "Drift", resends: TimeSpan.FromMinutes(4));
            service.Advance(TimeSpan.FromMinutes(1));
        }

        service.Acknowledge("drift");
        service.Acknowledge("drift");
        service.Advance(TimeSpan.FromMinutes(4));
        var accuracy = service.IncidentOf("accuracy");
        service.Send(
            accuracy, new IncidentCommand.Person(new IncidentCommand.Acknowledge("bob", "on it")), CommandClass.Person);
        service.Silence("s-1", "{service=\"search\"}", TimeSpan.FromMinutes(10));
        service.Fire("latency", "Latency", "search");
        service.Heartbeat("nightly", new HeartbeatCommand.Create(
            new HeartbeatSettings("nightly", "", 10, "minutes", true, "ml", "", [], Priority.P3)));
        service.Heartbeat("nightly", new HeartbeatCommand.Ping());
        service.Advance(TimeSpan.FromMinutes(5));
        service.Heartbeat("nightly", new HeartbeatCommand.Ping());
        service.Advance(TimeSpan.FromMinutes(20));
        service.Heartbeat("nightly", new HeartbeatCommand.Ping());
        service.Clear("accuracy");
        service.Acknowledge("latency");
        service.Fire("disk", "Disk", "store");
        service.Advance(TimeSpan.FromMinutes(1));
        service.Outage(TimeSpan.FromMinutes(20));
        service.Advance(TimeSpan.FromMinutes(30));
        service.Clear("disk");
        service.Clear("latency");
        service.Advance(TimeSpan.FromMinutes(10));
    }

    /// <summary>Whatever happens, the same for the same seed.</summary>
    public static void TellAny(RecordedShard service, int seed, int minutes)
    {
        var random = new Random(seed);
        var firing = new HashSet<string>(StringComparer.Ordinal);
        for (var minute = 0; minute < minutes; minute++)
        {
            foreach (var alias in firing)
            {
                service.Fire(alias, NameOf(alias), ServiceOf(alias), TimeSpan.FromMinutes(4));
            }

            var one = $"alert-{random.Next(8)}";
            switch (random.Next(10))
            {
                case < 3 when firing.Add(one):
                    service.Fire(one, NameOf(one), ServiceOf(one), TimeSpan.FromMinutes(4));
                    break;
                case 3 when firing.Remove(one):
                    service.Clear(one);
                    break;
                case 4:
                    // It falls silent.
                    firing.Remove(one);
                    break;
                case 5:
                    service.Acknowledge(one, random.Next(2) == 0 ? "ann" : "bob");
                    break;
                case 6 when random.Next(4) == 0:
                    service.Outage(TimeSpan.FromMinutes(random.Next(1, 9)));
                    break;
                case 7:
                    service.Silence(
                        $"s-{minute}", $"{{service=\"{ServiceOf(one)}\"}}", TimeSpan.FromMinutes(random.Next(1, 20)));
                    break;
                default:
                    break;
            }

            service.Advance(TimeSpan.FromSeconds(random.Next(40, 80)));
        }
    }

    private static string NameOf(string alias) => alias[^1] % 2 == 0 ? "Drift" : "Accuracy";

    private static string ServiceOf(string alias) => alias[^1] % 3 == 0 ? "churn" : "search";
}
