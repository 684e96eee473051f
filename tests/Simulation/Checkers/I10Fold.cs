using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I10: the log folded, the snapshot with its tail folded, and the living states are one, byte for byte in the end; and
/// no recovery decides.
/// </summary>
internal sealed class I10Fold(Record record) : Checker("I10", record)
{
    private int _next;

    public override void Before(Story story, TurnWrite write) => Compare(story, story.Turns);

    public override void End(Story story)
    {
        Compare(story, story.Turns);
        if (Record.AtTheEnd is { } living)
        {
            Compare(story, living, "The process at the end", exactly: true);
        }
    }

    private void Compare(Story story, int turns)
    {
        for (; _next < Record.Recoveries.Count && Record.Recoveries[_next].Turns == turns; _next++)
        {
            Compare(
                story, Record.Recoveries[_next], $"Recovery {_next}", exactly: _next == Record.Recoveries.Count - 1);
        }
    }

    private void Compare(Story story, Recovered recovered, string who, bool exactly)
    {
        if (recovered.Decided > 0)
        {
            Report($"{who} after turn {recovered.Turns} made {recovered.Decided} decisions");
        }

        foreach (var (id, folded) in story.States)
        {
            var state = recovered.States.GetValueOrDefault(id);
            if (state is null || !(exactly ? Bytes(folded).SequenceEqual(Bytes(state)) : folded.Equals(state)))
            {
                Report($"{who} after turn {recovered.Turns} has another {id} than the log:\n  {state}\n  {folded}");
            }
        }

        foreach (var id in recovered.States.Keys.Where(id => !story.States.ContainsKey(id)))
        {
            Report($"{who} after turn {recovered.Turns} has {id}, of which the log knows nothing");
        }
    }

    private static byte[] Bytes(GrainState state) => [.. StateWire.Document(state), .. StateWire.Tally(state)];
}
