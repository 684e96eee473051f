using System.Text;
using Correlation.Silo.Storage;
using Correlation.Simulation.Checkers;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation;

/// <summary>
/// A run in lines, for whoever looks into a seed: all that the journal says about grains whose key has a part.
/// </summary>
internal static class Told
{
    public static string Of(Record record, string part)
    {
        var text = new StringBuilder();
        var story = new Story();
        foreach (var write in record.Journal)
        {
            story.Tell(write);
            foreach (var line in Lines(story, write, part))
            {
                var commit = record.CommitOf(write.Turn);
                text.Append(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{story.Turns} {commit.At:HH:mm:ss.fff} [{commit.Process}] {line}\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(Story story, TurnWrite write, string part)
    {
        foreach (var row in write.Log.Where(row => Has(row.Grain.Key)))
        {
            yield return $"{row.Grain} {row.Type} {row.Outcome}: {row.Reason} {Encoding.UTF8.GetString(row.Command.Span)}";
        }

        foreach (var repeat in story.Repeats.Where(repeat => Has(repeat.Grain.Key)))
        {
            yield return $"{repeat.Grain} repeat: {repeat.Reason} {repeat.Delta}";
        }

        foreach (var line in write.Timeline.Where(line => Has(line.Entry.Owner.Key)))
        {
            yield return $"  {line.Entry.Owner} timeline {line.Entry.Type}: {line.Entry.Text}";
        }

        foreach (var message in write.MessagesSent.Where(m => Has(m.From.Key) || Has(m.To.Key)))
        {
            yield return $"  {message.From} -> {message.To}: {message.Command}";
        }

        foreach (var timer in write.Timers.Where(timer => Has(timer.Grain.Key)))
        {
            yield return $"  timer {timer.Grain} {timer.Name}: {timer.Timer?.Due:HH:mm:ss.fff}";
        }

        foreach (var grain in write.Grains.Where(grain => Has(grain.State.Grain.Key) && !grain.TallyOnly))
        {
            yield return $"  state {grain.State}";
        }

        foreach (var change in write.Outbox.Where(change => Has(change.ToString())))
        {
            yield return $"  outbox {change}";
        }

        bool Has(string key) => key.Contains(part, StringComparison.Ordinal);
    }
}
