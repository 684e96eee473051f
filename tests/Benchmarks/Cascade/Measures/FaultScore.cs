using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Sending;

namespace Correlation.Benchmarks.Cascade.Measures;

/// <summary>What became of one true incident.</summary>
/// <param name="Alerts">Of it that came.</param>
/// <param name="Merged">Its largest group also holds a quarter of another fault's alerts.</param>
/// <param name="Split">Its largest group holds less than three quarters of its alerts.</param>
/// <param name="RootSeen">The root's own signal came.</param>
/// <param name="Top1">For an unseen root: it is said to be unseen and is on the true way, or its nearest seen effect is
/// named.</param>
/// <param name="Grounded">The right root, and the way from it goes along true edges to what is ill by this
/// fault.</param>
/// <param name="PageWorthy">A signal came for which somebody should be woken.</param>
/// <param name="Pages">Incidents that paged for it.</param>
/// <param name="WaitSeconds">For each critical alert of it, from its arrival until somebody was told.</param>
internal sealed record FaultScore(
    string Type,
    int Alerts,
    bool Merged,
    bool Split,
    bool RootSeen,
    bool Top1,
    bool Top3,
    bool Grounded,
    bool PageWorthy,
    int Pages,
    bool ChangedAfterPage,
    IReadOnlyList<double> WaitSeconds)
{
    public double Purity { get; init; }

    public string Blamed { get; init; } = "";
}

/// <summary>Looks at an outcome from the side of each fault that any alert came of.</summary>
internal sealed class FaultScores(CascadeCase cascade, Outcome outcome)
{
    private readonly ILookup<string, int> _byIncident = Enumerable.Range(0, outcome.Alerts.Count)
        .ToLookup(i => outcome.Alerts[i].Incident, StringComparer.Ordinal);

    public IEnumerable<FaultScore> All() => cascade.Faults.Where(fault => _byIncident.Contains(fault.Name)).Select(Of);

    private FaultScore Of(Fault fault)
    {
        var alerts = _byIncident[fault.Name].ToList();
        var groups = alerts.GroupBy(i => outcome.GroupOf[i]).ToList();
        var main = groups.MaxBy(group => group.Count())!;
        var blame = outcome.Groups[main.Key].Blame;
        var top = blame.Entities.Count > 0 ? blame.Entities[0] : "";
        var rootSeen = RootWasSeen(fault, alerts);
        var right = rootSeen ? [fault.Root.Entity] : AnswersToUnseen(fault, alerts, blame.Observed);
        var worthy = fault.DeservesPage && alerts.Exists(i => Truth.IsPageWorthy(outcome.Alerts[i].Kind));
        return new FaultScore(
            fault.Type,
            alerts.Count,
            HoldsAnother(fault, main.Key),
            main.Count() < 0.75 * alerts.Count,
            rootSeen,
            right.Contains(top),
            blame.Entities.Take(3).Any(right.Contains),
            right.Contains(top) && IsGrounded(fault, blame),
            worthy,
            groups.Sum(group => outcome.Groups[group.Key].Pages),
            groups.Exists(group => outcome.Groups[group.Key].ChangedAfterPage),
            [.. alerts.Where(i => outcome.Alerts[i].Problem.Detector.IsCritical).Select(Wait).Where(wait => wait >= 0)])
        {
            Purity = (double)main.Count() / Math.Max(1, outcome.GroupOf.Count(group => group == main.Key)),
            Blamed = top,
        };
    }

    private bool HoldsAnother(Fault fault, int group) => cascade.Faults.Any(other =>
        other.Name != fault.Name && _byIncident[other.Name].Any() &&
        _byIncident[other.Name].Count(i => outcome.GroupOf[i] == group) >= 0.25 * _byIncident[other.Name].Count());

    /// <summary>A change is said to us without an alert: it was seen when its message was sent.</summary>
    private bool RootWasSeen(Fault fault, List<int> alerts) =>
        Detectors.IsChange(fault.Root.Kind)
            ? fault.Root.Seen
            : alerts.Exists(i => outcome.Alerts[i].Problem.Ill == fault.Root);

    private HashSet<string> AnswersToUnseen(Fault fault, List<int> alerts, bool observed)
    {
        var seen = alerts.Select(i => outcome.Alerts[i].Problem.Ill!).ToList();
        var nearest = seen.Min(ill => ill.Path.Count);
        var right = seen.Where(ill => ill.Path.Count == nearest).Select(ill => ill.Entity).Append(fault.Root.Entity)
            .ToHashSet(StringComparer.Ordinal);
        if (!observed)
        {
            // Said to be unseen: anything between the root and the first that was seen, that feeds all of them.
            right.UnionWith(seen.Where(ill => ill.Path.Count == nearest).SelectMany(ill => ill.Path));
            right.UnionWith(Feeds([.. seen.Select(ill => ill.Entity).Distinct()], fault.Root.Entity));
        }

        return right;
    }

    /// <summary>What lies between the root and every one of these.</summary>
    private IEnumerable<string> Feeds(List<string> ill, string root) => cascade.World.Reached(root)
        .Where(urn => ill.TrueForAll(entity => entity == urn || cascade.World.Reached(urn).Contains(entity)));

    private bool IsGrounded(Fault fault, Blame blame)
    {
        if (blame.Path.Count == 0 || blame.Path[0] != blame.Entities[0] || !fault.Impact.Contains(blame.Path[^1]))
        {
            return false;
        }

        for (var i = 0; i + 1 < blame.Path.Count; i++)
        {
            if (blame.Path[i] != blame.Path[i + 1] && !IsTrueStep(fault, blame.Path[i], blame.Path[i + 1]))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsTrueStep(Fault fault, string from, string to) => cascade.World.IsEdge(from, to) ||
        fault.Ills.Any(ill => ill.Entity == to && ill.Cause?.Entity == from);

    private double Wait(int alert) => outcome.Groups[outcome.GroupOf[alert]].PagedAt is { } paged
        ? Math.Max(0, (paged - outcome.Alerts[alert].At).TotalSeconds)
        : -1;
}
