using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;

namespace Correlation.Benchmarks.Cascade.Baselines;

/// <summary>
/// B6: alerts that come close in time and share a team or a neighbour are linked; communities spread their label.
/// </summary>
internal sealed class Communities(TimeSpan window, double least) : Baseline("B6", "temporal communities (Tempus)")
{
    private const int Rounds = 8;
    private const int MostLinks = 200;

    public static IEnumerable<Baseline> Grid =>
        from minutes in new[] { 1, 2, 10, 30 }
        from least in new[] { 0.3, 0.6, 0.8 }
        select new Communities(TimeSpan.FromMinutes(minutes), least);

    public override string Settings => $"window {Spell.Time(window)}; links from {least:0.0}";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts)
    {
        var links = alerts.Select(_ => new List<(int Other, double Weight)>()).ToList();
        for (var i = 0; i < alerts.Count; i++)
        {
            for (var j = i - 1; j >= Math.Max(0, i - MostLinks) && alerts[i].At - alerts[j].At <= window; j--)
            {
                var weight = Math.Exp(-(alerts[i].At - alerts[j].At) / window) * Likeness(alerts[i], alerts[j]);
                if (weight >= least)
                {
                    links[i].Add((j, weight));
                    links[j].Add((i, weight));
                }
            }
        }

        var label = Enumerable.Range(0, alerts.Count).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < label.Length; i++)
            {
                if (links[i].Count > 0)
                {
                    label[i] = links[i].GroupBy(link => label[link.Other])
                        .OrderByDescending(group => group.Sum(link => link.Weight))
                        .ThenBy(group => group.Key)
                        .First().Key;
                }
            }
        }

        return label;
    }

    private static double Likeness(SeenAlert one, SeenAlert other) =>
        one.Entity == other.Entity ? 1.2 : one.Team == other.Team ? 0.9 : 0.7;
}

/// <summary>B7: alerts whose words and labels are alike, within a time, by density (DBSCAN).</summary>
internal sealed class LikeWords(double reach, TimeSpan window, int fewest) : Baseline(
    "B7", "alike words and labels (DBSCAN)")
{
    public static IEnumerable<Baseline> Grid =>
        from reach in new[] { 0.2, 0.3, 0.5, 0.7 }
        from minutes in new[] { 5, 10, 60 }
        from fewest in new[] { 2, 3 }
        select new LikeWords(reach, TimeSpan.FromMinutes(minutes), fewest);

    public override string Settings => $"distance {reach:0.0}; window {Spell.Time(window)}; {fewest} neighbours";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts)
    {
        var words = alerts.Select(WordsOf).ToList();
        var near = alerts.Select(_ => new List<int>()).ToList();
        for (var i = 0; i < alerts.Count; i++)
        {
            for (var j = i - 1; j >= 0 && alerts[i].At - alerts[j].At <= window; j--)
            {
                if (1 - Jaccard(words[i], words[j]) <= reach)
                {
                    near[i].Add(j);
                    near[j].Add(i);
                }
            }
        }

        var unions = new Unions(alerts.Count);
        for (var i = 0; i < alerts.Count; i++)
        {
            // A core joins its neighbours; what is core to nobody stays alone.
            if (near[i].Count + 1 >= fewest)
            {
                foreach (var other in near[i].Where(other => near[other].Count + 1 >= fewest))
                {
                    unions.Join(i, other);
                }
            }
        }

        return unions.Groups;
    }

    private static HashSet<string> WordsOf(SeenAlert alert) =>
    [
        .. $"{alert.Kind}-{alert.Entity}".Split('-', ':', '_'), alert.Team, "kind=" + alert.Kind,
        "entity=" + alert.Entity,
        "credential=" + alert.Problem.Asset.Credential, "pool=" + alert.Problem.Asset.Pool,
    ];

    private static double Jaccard(HashSet<string> one, HashSet<string> other)
    {
        var shared = one.Count(other.Contains);
        return (double)shared / (one.Count + other.Count - shared);
    }
}
