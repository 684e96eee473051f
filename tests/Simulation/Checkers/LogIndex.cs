using System.Text;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Simulation.Checkers;

/// <summary>One command in the log, wherever it stands there.</summary>
/// <param name="Text">What of the command's own words is in the log; empty where none is kept.</param>
internal sealed record Entry(int Turn, int Partition, long Position, GrainId Grain, string Type, string Text);

internal static class LogIndex
{
    /// <summary>The entries of a turn in the order of the journal.</summary>
    public static IEnumerable<Entry> Of(TurnWrite write, IReadOnlyList<RepeatEntry> repeats, int turn)
    {
        foreach (var row in write.Log)
        {
            yield return new Entry(
                turn, row.Partition, row.Position, row.Grain, row.Type, Encoding.UTF8.GetString(row.Command.Span));
        }

        foreach (var repeat in repeats)
        {
            var text = repeat.Delta is AlertDelta { Texts: { } texts } ? texts.ToString() : "";
            yield return new Entry(turn, repeat.Partition, repeat.Position, repeat.Grain, "repeat", text);
        }
    }
}
