using System.Buffers.Binary;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>Somebody whom a step names.</summary>
/// <param name="Who">User name, or the channel's own name.</param>
/// <param name="NotPaged">Why there is no page for them; null when there is one.</param>
public sealed record Recipient(string Who, ValueList<DeliveryTarget> Contacts, string? NotPaged);

/// <summary>Whom a step means at an instant: a pure function of the policy and of who has passed the incident on.</summary>
public static class Recipients
{
    /// <param name="draw">Of a random member: the same draw gives the same one.</param>
    public static ValueList<Recipient> Of(
        PolicyVersion policy, StepTarget target, DateTimeOffset at, IEnumerable<string> passedOn, string draw)
    {
        if (target.Type == StepTargetType.Channel)
        {
            return policy.FindChannel(target.Name) is { } channel
                ? [new Recipient(channel.Name, [new DeliveryTarget(channel.Name, "")], null)]
                : [];
        }

        var all = OnCallPeople.Named(policy, target, at)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => Of(policy, name, passedOn))
            .ToValueList();
        return target.Type == StepTargetType.Random ? DrawOne(all, draw) : all;
    }

    private static Recipient Of(PolicyVersion policy, string name, IEnumerable<string> passedOn) => policy.FindUser(name) switch
    {
        null => new Recipient(name, [], "no user of that name is configured"),
        { Contacts.Count: 0 } user => new Recipient(user.Name, [], "no contact is configured"),
        { } user when passedOn.Contains(user.Name, StringComparer.OrdinalIgnoreCase) =>
            new Recipient(user.Name, [], "they passed the incident on"),
        { } user => new Recipient(user.Name, user.Contacts, null),
    };

    /// <summary>The members after the drawn one stand in when that one cannot be paged: a decision has no dice.</summary>
    private static ValueList<Recipient> DrawOne(ValueList<Recipient> all, string draw)
    {
        if (all.Count == 0)
        {
            return all;
        }

        Span<byte> bytes = stackalloc byte[16];
        DerivedId.Of("random member", draw, 0).TryWriteBytes(bytes);
        var first = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) % (uint)all.Count);
        var drawn = Enumerable.Range(first, all.Count).Select(i => all[i % all.Count]).FirstOrDefault(r => r.NotPaged is null);
        return all
            .Select(r => r == drawn || r.NotPaged is not null ? r : r with { Contacts = [], NotPaged = "another member was drawn" })
            .ToValueList();
    }
}
