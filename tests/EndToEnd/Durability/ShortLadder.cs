using System.Globalization;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// A configuration whose incidents page a webhook sink at once and then every few seconds. The alerts of one entity
/// share an incident, and no ladder is climbed twice.
/// </summary>
internal sealed class ShortLadder : IDisposable
{
    private readonly TempFolder _folder = new("ladder");

    public ShortLadder(string sink, int steps, TimeSpan distance)
    {
        (Steps, Distance) = (steps, distance);
        var ladder = Enumerable.Range(0, steps).Select(step =>
            $$"""      - { after: {{Seconds(step * distance)}}, notify: "channel:hook" }""");
        _folder.Write("policy.yaml", $$"""
            settings: { default_team: ml }
            users: [{ name: ann, contacts: [{ channel: hook }] }]
            teams: [{ name: ml, members: [ann], escalation: ladder }]
            channels: [{ name: hook, type: webhook, url: "{{sink}}/pages" }]
            routes: [{ name: all, group_wait: 0s, repeat: 7d }]
            escalations:
              - name: ladder
                steps:
            {{string.Join('\n', ladder)}}
            """);
    }

    public string Folder => _folder.Path;

    public int Steps { get; }

    /// <summary>Between two steps.</summary>
    public TimeSpan Distance { get; }

    public void Dispose() => _folder.Dispose();

    private static string Seconds(TimeSpan span) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds}s");
}
