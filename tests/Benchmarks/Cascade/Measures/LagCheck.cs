using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Grains.Policy;

namespace Correlation.Benchmarks.Cascade.Measures;

/// <summary>
/// How many of the true steps, from a seen signal to the next one that follows from it, are such as the catalogue says.
/// What is generated must not be what is assumed, or the measure would measure itself.
/// </summary>
internal readonly record struct LagCheck(int Steps, int OutsideLag, int NotSaid)
{
    public static LagCheck Of(IEnumerable<CascadeCase> cases, PolicyVersion policy)
    {
        var kinds = policy.Kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
        var (steps, outside, notSaid) = (0, 0, 0);
        foreach (var cascade in cases)
        {
            var seen = cascade.Truth.All.Select(entry => entry.Problem)
                .Where(problem => problem.Ill is not null)
                .GroupBy(problem => problem.Ill!)
                .ToDictionary(group => group.Key, group => group.First());
            foreach (var (ill, effect) in seen)
            {
                var from = ill.Cause;
                while (from is not null && !seen.ContainsKey(from))
                {
                    from = from.Cause;
                }

                if (from is null)
                {
                    continue;
                }

                steps++;
                var said = kinds[ill.Kind].CausedBy.FirstOrDefault(explanation => explanation.Kind == from.Kind);
                var lag = effect.From - seen[from].From;
                notSaid += said is null ? 1 : 0;
                outside += said is not null && (lag < said.Lag.Min || lag > said.Lag.Max) ? 1 : 0;
            }
        }

        return new LagCheck(steps, outside, notSaid);
    }

    public override string ToString() =>
        $"of {Steps} steps between seen signals {OutsideLag} are outside the lag of the catalogue and {NotSaid} are in no catalogue";
}
