using Correlation.Benchmarks.Cascade;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Simulation.Cascade;

/// <summary>What must not matter, over whole cases through the real loop.</summary>
public sealed class InvariantTests
{
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(10);

    private static readonly Split Clean = Cases.Small with { Distortions = Distortions.None with { NoisePerMinute = 0.05 } };

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6, 7, 8];

    /// <summary>More of them where it is easy to be wrong.</summary>
    public static TheoryData<int> SeedsOfOrder => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_order_within_the_lateness_gives_the_same_groups(int seed)
    {
        var (cascade, late) = Late(seed);
        Assert.Equal(
            Groups(cascade, policy: CascadePolicy.WithoutCauses), Groups(late, policy: CascadePolicy.WithoutCauses));
    }

    [Theory]
    [MemberData(nameof(SeedsOfOrder))]
    public void Any_order_within_the_lateness_gives_the_same_groups_by_cause(int seed)
    {
        var (cascade, late) = Late(seed);
        Assert.Equal(Groups(cascade), Groups(late));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Names_do_not_matter(int seed)
    {
        var plain = CascadeCase.Make(Cases.Small, seed);
        var other = CascadeCase.Make(Cases.Small, seed, name => "renamed-" + name);
        Assert.Equal(Groups(plain), Groups(other, alias => alias.Replace("renamed-", "", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_disjoint_copy_doubles_the_groups(int seed)
    {
        var plain = CascadeCase.Make(Cases.Small, seed);
        var copy = CascadeCase.Make(Cases.Small, seed, name => "copy-" + name);
        var both = Groups(plain.Beside(copy));
        Assert.Equal(Groups(plain), both.Where(group => !group.Contains("copy-", StringComparison.Ordinal)));
        Assert.Equal(
            Groups(plain),
            both.Where(group => group.Contains("copy-", StringComparison.Ordinal))
                .Select(group => group.Replace("copy-", "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_noise_nothing_is_together_that_was_not(int seed)
    {
        var noisy = CascadeCase.Make(Clean, seed);
        var noise = noisy.Truth.All.Where(entry => entry.Problem.IsNoise)
            .Select(entry => entry.Alias)
            .ToHashSet(StringComparer.Ordinal);
        var quiet = noisy with { Sent = [.. noisy.Sent.Where(sent => !noise.Contains(sent.Alias))] };
        var before = Groups(noisy).SelectMany(Pairs).ToHashSet();
        Assert.All(Groups(quiet).SelectMany(Pairs), pair => Assert.Contains(pair, before));
    }

    /// <summary>
    /// Every message of an alias comes later by the same time, up to the lateness: others overtake it.
    /// </summary>
    private static (CascadeCase InTime, CascadeCase Late) Late(int seed)
    {
        var cascade = WithStarts(CascadeCase.Make(Clean, seed));
        var late = cascade.Sent.Select(sent => sent.Alias).Distinct()
            .ToDictionary(
                alias => alias,
                alias => new Dice(seed, alias).Between(TimeSpan.Zero, Lateness),
                StringComparer.Ordinal);
        return (cascade, cascade with
        {
            Sent = [.. cascade.Sent.Select(sent => sent with { At = sent.At + late[sent.Alias] }).OrderBy(sent => sent.At)],
        });
    }

    private static IEnumerable<(string, string)> Pairs(string group)
    {
        var members = group.Split('\n');
        return from one in members
               from other in members
               where string.CompareOrdinal(one, other) < 0
               select (one, other);
    }

    /// <summary>Each group as its alerts, by alias and episode, in one text.</summary>
    private static List<string> Groups(
        CascadeCase cascade, Func<string, string>? plain = null, PolicyVersion? policy = null)
    {
        var outcome = EngineRun.Of(cascade, cascade.Observed, policy);
        var episodes = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. outcome.Alerts
                .Select((alert, i) => (
                    Name: $"{(plain ?? (alias => alias))(alert.Alias)}#{episodes[alert.Alias] = episodes.GetValueOrDefault(alert.Alias) + 1}",
                    Group: outcome.GroupOf[i]))
                .GroupBy(alert => alert.Group)
                .Select(group => string.Join('\n', group.Select(alert => alert.Name).Order(StringComparer.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Every source says when it began: what it does not say is when we heard of it.</summary>
    private static CascadeCase WithStarts(CascadeCase cascade) => cascade with
    {
        Sent =
        [
            .. cascade.Sent.Select(sent => sent.Command is AlertCommand.Receive { Signal.StartsAt: null } receive
                ? sent with { Command = new AlertCommand.Receive(receive.Signal with { StartsAt = sent.At }) }
                : sent),
        ],
    };
}
