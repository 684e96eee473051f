using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>All checkers over one record.</summary>
internal static class Verdict
{
    public static IReadOnlyList<Violation> Of(Record record, params IReadOnlyList<Checker> more)
    {
        List<Checker> checkers =
        [
            new I1Durable(record), new I2Whole(record), new I3OneOpen(record), new I4NoOrphan(record),
            new I5Deliveries(record),
            new I6Silenced(record), new I7OnCall(record), new QuietHoursKept(record), new I10Fold(record),
            new I11Log(record), new I13HumanFields(record), new I16Duties(record),
            .. more,
        ];
        var story = new Story();
        foreach (var write in record.Journal)
        {
            checkers.ForEach(checker => checker.Before(story, write));
            story.Tell(write);
            checkers.ForEach(checker => checker.After(story, write));
        }

        checkers.ForEach(checker => checker.End(story));
        return [.. checkers.SelectMany(checker => checker.Found)];
    }
}
