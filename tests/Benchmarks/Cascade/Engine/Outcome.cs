using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Grains.Causes;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>One accepted alert: an episode of an alias.</summary>
/// <param name="At">When we heard of it first.</param>
/// <param name="StartsAt">When it began, by its source where that says so.</param>
/// <param name="EndsAt">When we heard that it is over; null while it is open.</param>
/// <param name="Held">Why no incident holds it; empty when one does.</param>
internal sealed record SeenAlert(
    string Alias, DateTimeOffset At, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string Entity, string Held,
    Problem Problem)
{
    /// <summary>What the service takes for its cause; null for a root, and of what a baseline has grouped.</summary>
    public Candidate? Parent { get; init; }

    public string Kind => Problem.Detector.Kind;

    public string Incident => Problem.Incident;

    public string Team => Problem.Asset.Team;
}

/// <summary>What a group of alerts is blamed on.</summary>
/// <param name="Entities">Best first; empty when nothing is blamed.</param>
/// <param name="Observed">The first has a signal of its own.</param>
/// <param name="Path">From the cause to a symptom; empty when none was given.</param>
internal sealed record Blame(IReadOnlyList<string> Entities, bool Observed, IReadOnlyList<string> Path)
{
    public static readonly Blame Nothing = new([], true, []);
}

/// <summary>One group of alerts, and when somebody was told of it.</summary>
/// <param name="PagedAt">Null when nobody was.</param>
/// <param name="Pages">How many incidents paged that ended up in it.</param>
internal sealed record Group(Blame Blame, DateTimeOffset? PagedAt, int Pages, bool ChangedAfterPage = false)
{
    /// <summary>The alert that opened each of those, and when it paged.</summary>
    public IReadOnlyList<(string Alias, DateTimeOffset At)> PagedFor { get; init; } = [];
}

/// <summary>What a correlator made of a case: which group each alert is in.</summary>
/// <param name="GroupOf">For each alert the number of its group.</param>
/// <param name="Accepted">Messages that came and fired; repeats and duplicates too.</param>
internal sealed record Outcome(
    IReadOnlyList<SeenAlert> Alerts, IReadOnlyList<int> GroupOf, IReadOnlyList<Group> Groups, int Accepted);
