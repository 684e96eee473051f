using Correlation.TestKit.Processes;

namespace Correlation.Silo.Tests.Configuration;

/// <summary>The least that is a configuration without a problem.</summary>
internal static class MinimalFolder
{
    public const string Yaml = """
        settings: { default_team: ml }
        users: [{ name: ann, contacts: [{ channel: log }] }]
        teams: [{ name: ml, members: [ann], escalation: ladder }]
        channels: [{ name: log, type: log }]
        routes: [{ name: all }]
        escalations: [{ name: ladder, steps: [{ after: 0s, notify: "user:ann" }] }]
        """;

    public static TempFolder Create()
    {
        var folder = new TempFolder("configuration");
        folder.Write("minimal.yaml", Yaml);
        return folder;
    }
}
