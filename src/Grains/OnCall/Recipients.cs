using System.Buffers.Binary;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>Somebody whom a step names.</summary>
/// <param name="Who">User name, or the channel's own name.</param>
/// <param name="NotPaged">Why there is no page for them; null when there is one.</param>
public sealed record Recipient(string Who, ValueList<DeliveryTarget> Contacts, string? NotPaged);

/// <summary>
/// Whom a step means at an instant: a pure function of the policy, of who was asked and of who has passed the incident
/// on.
/// </summary>
public static class Recipients
{
    /// <param name="asked">Who was paged before, as often as they were: of a random member those who were least come
    /// first.</param>
    /// <param name="draw">Of a random member: the same draw gives the same one.</param>
    public static ValueList<Recipient> Of(
        PolicyVersion policy, StepTarget target, DateTimeOffset at,
        IEnumerable<string> passedOn, IEnumerable<string> asked, string draw)
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
        return target.Type == StepTargetType.Random ? DrawOne(all, asked, draw) : all;
    }

    private static Recipient Of(PolicyVersion policy, string name, IEnumerable<string> passedOn) => policy.FindUser(name) switch
    {
        null => new Recipient(name, [], "no user of that name is configured"),
        { Contacts.Count: 0 } user => new Recipient(user.Name, [], "no contact is configured"),
        { } user when passedOn.Contains(user.Name, StringComparer.OrdinalIgnoreCase) =>
            new Recipient(user.Name, [], "they passed the incident on"),
        { } user => new Recipient(user.Name, user.Contacts, null),
    };

    /// <summary>
    /// Of those who can be paged and were asked least, the drawn one or who comes after them: a decision has no dice.
    /// </summary>
    private static ValueList<Recipient> DrawOne(ValueList<Recipient> all, IEnumerable<string> asked, string draw)
    {
        if (all.Count == 0)
        {
            return all;
        }

        var times = asked.CountBy(name => name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(StringComparer.OrdinalIgnoreCase);

        Span<byte> bytes = stackalloc byte[16];
        DerivedId.Of("random member", draw, 0).TryWriteBytes(bytes);
        var first = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) % (uint)all.Count);
        var drawn = Enumerable.Range(first, all.Count)
            .Select(i => all[i % all.Count])
            .Where(r => r.NotPaged is null)
            .MinBy(r => times.GetValueOrDefault(r.Who));
        return all
            .Select(r =>
                r == drawn || r.NotPaged is not null
                    ? r
                    : r with { Contacts = [], NotPaged = "another member was drawn" })
            .ToValueList();
    }
}
