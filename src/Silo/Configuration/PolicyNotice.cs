using System.Globalization;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Silo.Configuration;

/// <summary>What in the policy in force reaches nobody, for /readyz. Of any thread; a policy is looked through once.</summary>
public sealed class PolicyNotice
{
    private volatile Seen? _last;

    public string? Of(PolicyVersion policy)
    {
        var seen = _last;
        if (seen is null || !ReferenceEquals(seen.Policy, policy))
        {
            _last = seen = new Seen(policy, TextOf([.. References.Dangling(policy)]));
        }

        return seen.Text;
    }

    private static string? TextOf(List<string> dangling) => dangling.Count switch
    {
        0 => null,
        1 => dangling[0],
        var count => string.Create(CultureInfo.InvariantCulture, $"{dangling[0]}, and {count - 1} more like it: see the log"),
    };

    private sealed record Seen(PolicyVersion Policy, string? Text);
}
