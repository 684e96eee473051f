using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;

namespace Correlation.Benchmarks.Cascade.Measures;

/// <summary>One case, measured.</summary>
/// <param name="FalsePages">Incidents that paged and hold no alert of a fault that deserves it.</param>
/// <param name="Lost">Alerts that no incident holds and nothing holds back: a broken promise, not a score.</param>
internal sealed record CaseScore(
    string Split,
    long Seed,
    PrecisionRecall Pairs,
    PrecisionRecall BCubed,
    PrecisionRecall BCubedOfFaults,
    double Nmi,
    double Ari,
    int Accepted,
    int Alerts,
    int Incidents,
    int FalsePages,
    double Days,
    IReadOnlyList<string> Lost,
    IReadOnlyList<FaultScore> Faults)
{
    public static CaseScore Of(CascadeCase cascade, Outcome outcome)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var truth = outcome.Alerts.Select(alert => NumberOf(alert.Incident)).ToList();
        var partition = new Partition(truth, outcome.GroupOf);
        var worthy = cascade.Faults.Where(fault => fault.DeservesPage)
            .Select(fault => fault.Name)
            .ToHashSet(StringComparer.Ordinal);
        var worthyGroups = Enumerable.Range(0, outcome.Alerts.Count)
            .Where(i => worthy.Contains(outcome.Alerts[i].Incident))
            .Select(i => outcome.GroupOf[i])
            .ToHashSet();
        var faults = new FaultScores(cascade, outcome).All().ToList();
        return new CaseScore(
            cascade.Split.Name,
            cascade.Seed,
            partition.Pairs,
            partition.BCubed,
            partition.BCubedOf(
                cascade.Faults.Select(fault => names.GetValueOrDefault(fault.Name, -1)).ToHashSet().Contains),
            partition.Nmi,
            partition.Ari,
            outcome.Accepted,
            outcome.Alerts.Count,
            IncidentsOf(outcome),
            outcome.Groups.Where((group, number) => !worthyGroups.Contains(number)).Sum(group => group.Pages),
            (cascade.End - CascadeCase.Start).TotalDays,
            [.. outcome.Alerts.Where(alert => alert.Held == "nothing").Select(alert => alert.Alias)],
            faults);

        int NumberOf(string name) => names.TryGetValue(name, out var number) ? number : names[name] = names.Count;
    }

    private static int IncidentsOf(Outcome outcome) => Enumerable.Range(0, outcome.Alerts.Count)
        .Where(i => outcome.Alerts[i].Held.Length == 0)
        .Select(i => outcome.GroupOf[i])
        .Distinct()
        .Count();
}
