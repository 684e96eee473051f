using Correlation.Grains.Policy;

namespace Correlation.Gateway.Answers;

/// <summary>Who answers, by the address that a provider vouches for. A display name proves nothing.</summary>
internal static class Senders
{
    /// <summary>The user who is reached there by a channel of one of these types; null when nobody is.</summary>
    public static string? Find(PolicyVersion policy, string address, params string[] types)
    {
        var channels = policy.Channels.Where(c => types.Contains(c.Type))
            .Select(c => c.Name)
            .ToHashSet(StringComparer.Ordinal);
        return policy.Users.FirstOrDefault(user => user.Contacts.Any(
            contact => channels.Contains(contact.Channel) && contact.Address == address))?.Name;
    }

    /// <summary>
    /// How the addressee of a page is shown; null for one that is neither a user nor a channel any more. A link
    /// outlives its user, and an incident must not be held by somebody whom nobody can page.
    /// </summary>
    public static string? Shown(PolicyVersion policy, string who) =>
        policy.FindUser(who) is { } user ? user.Name
        : policy.FindChannel(who) is { } channel ? $"channel {channel.Name}"
        : null;

    /// <summary>A setting of each channel of one of these types, where it is set.</summary>
    public static IEnumerable<string> Secrets(PolicyVersion policy, string setting, Predicate<Channel> wanted) =>
        from channel in policy.Channels
        where wanted(channel)
        let secret = channel.Settings.Find(setting)
        where secret is { Length: > 0 }
        select secret;
}
