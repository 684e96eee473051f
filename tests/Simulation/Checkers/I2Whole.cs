using System.Text.RegularExpressions;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I2: of a request all is in the log, in one turn, or nothing, whatever its sender was told; and a retry with the same
/// key adds nothing.
/// </summary>
internal sealed partial class I2Whole(Record record) : Checker("I2", record)
{
    private readonly Dictionary<string, List<Entry>> _byTag = [];
    private readonly Dictionary<(int Turn, GrainId Grain), int> _counts = [];

    public override void After(Story story, TurnWrite write)
    {
        foreach (var entry in LogIndex.Of(write, story.Repeats, story.Turns))
        {
            _counts[(entry.Turn, entry.Grain)] = _counts.GetValueOrDefault((entry.Turn, entry.Grain)) + 1;
            // Its own comes last: what it takes away may be another's.
            if (IsFromOutside(entry.Type) && Tag().Matches(entry.Text).LastOrDefault() is { } tag)
            {
                if (!_byTag.TryGetValue(tag.Value, out var entries))
                {
                    _byTag[tag.Value] = entries = [];
                }

                entries.Add(entry);
            }
        }
    }

    public override void End(Story story)
    {
        foreach (var same in Record.Requests.GroupBy(request => request.Content))
        {
            var request = same.First();
            var found = request.Tags.OfType<string>().SelectMany(tag => _byTag.GetValueOrDefault(tag, [])).ToList();
            foreach (var turn in found.Select(entry => entry.Turn).Distinct())
            {
                foreach (var grain in request.Commands.GroupBy(command => command.To))
                {
                    if (request.Commands.Count > 1 && _counts.GetValueOrDefault((turn, grain.Key)) < grain.Count())
                    {
                        Report($"Turn {turn} holds a part of {request}: {grain.Key} is not in it");
                    }
                }
            }

            // An alert passes a person's words on to its incident, and a merged incident to its survivor: one entry
            // each.
            var most = request.Key is null ? same.Count() : 1;
            if (found.GroupBy(entry => (entry.Grain, entry.Type, entry.Text)).FirstOrDefault(g => g.Count() > most) is { } repeated)
            {
                Report($"{request} was sent {same.Count()} times and is in the log {repeated.Count()} times: {repeated.First()}");
            }
        }
    }

    /// <summary>What grains tell one another keeps its words only as poison.</summary>
    private static bool IsFromOutside(string type) => type is "repeat" or "incident.person" or "silence.set" ||
        (type.StartsWith("alert.", StringComparison.Ordinal) && type is not ("alert.confirmed" or "alert.moved" or "alert.incidentResolved" or "alert.inhibited"));

    [GeneratedRegex("#[0-9]+#")]
    private static partial Regex Tag();
}
