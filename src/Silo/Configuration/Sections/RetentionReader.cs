using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>How long history is kept. The least is what the service itself needs of it.</summary>
internal static class RetentionReader
{
    private static readonly Retention Default = new PolicySettings { DefaultTeam = "" }.Retention;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static Retention Read(Entry entry)
    {
        var decisions = Duration("decisions", Default.Decisions, TimeSpan.FromDays(1), Longest);
        var closed = Duration("closed", Default.Closed, TimeSpan.FromDays(1), Longest);
        if (closed < decisions)
        {
            // A page that is done must not outlive its incident: another of the same key would count as sent already.
            entry.Reading.Error(
                entry.Where("closed"), "is shorter than 'decisions'",
                $"at least {Durations.Format(decisions)}, as 'decisions'");
        }

        return new Retention(
            Duration("repeats", Default.Repeats, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)), decisions, closed)
        {
            Answers = Duration("answers", Default.Answers, TimeSpan.FromMinutes(10), TimeSpan.FromDays(30)),
        };

        TimeSpan Duration(string key, TimeSpan fallback, TimeSpan from, TimeSpan to) =>
            entry.Optional(key, Format.Duration(from, to), fallback);
    }
}
