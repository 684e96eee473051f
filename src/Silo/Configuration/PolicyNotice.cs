using System.Globalization;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Silo.Configuration;

/// <summary>
/// What in the policy in force reaches nobody, or another than it did, for /readyz. Of any thread; a policy is looked
/// through once a minute at most.
/// </summary>
public sealed class PolicyNotice(TimeProvider time)
{
    /// <summary>An override ends without a change of the policy.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    private volatile Seen? _last;

    public string? Of(PolicyVersion policy)
    {
        var (seen, now) = (_last, time.GetUtcNow());
        if (seen is null || !ReferenceEquals(seen.Policy, policy) || now >= seen.At + GoodFor || now < seen.At)
        {
            List<string> notices = [.. References.Dangling(policy, now), .. References.TakenNames(policy)];
            _last = seen = new Seen(policy, now, TextOf(notices));
        }

        return seen.Text;
    }

    private static string? TextOf(List<string> notices) => notices.Count switch
    {
        0 => null,
        1 => notices[0],
        var count =>
            string.Create(CultureInfo.InvariantCulture, $"{notices[0]}, and {count - 1} more: see the log"),
    };

    private sealed record Seen(PolicyVersion Policy, DateTimeOffset At, string? Text);
}
