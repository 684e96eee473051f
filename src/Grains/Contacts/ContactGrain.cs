using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Contacts;

/// <summary>
/// A contact publishes itself into the policy, so it is paged from when its request is answered. It is verified by a
/// code that was sent to it and only its owner can know; a few tries are all that one code has.
/// </summary>
public static class ContactGrain
{
    /// <summary>So long a code can be entered.</summary>
    public static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(15);

    private const int Tries = 5;

    /// <summary>Of one person, so that a script gone wild does not make a page of hundreds.</summary>
    private const int MostOfOnePerson = 20;

    public static Decision<ContactState> Decide(
        ContactState? state, ContactCommand command, PolicyVersion policy, DateTimeOffset at) =>
        (state, command) switch
        {
            (_, ContactCommand.Set set) => Set(state, set.Contact, policy, at),
            (null or { Deleted: true }, _) => Refuse("There is no such contact"),
            (_, ContactCommand.Enable enable) when enable.Enabled == state.Contact.Enabled =>
                Unchanged(Enabled(enable.Enabled)),
            (_, ContactCommand.Enable enable) => Publish(
                state with { Contact = state.Contact with { Enabled = enable.Enabled } }, at, Enabled(enable.Enabled)),
            (_, ContactCommand.Sent) when state.Contact.Verified => Refuse("The contact is verified already"),
            (_, ContactCommand.Sent sent) => Keep(
                state with { CodeSha256 = sent.CodeSha256, CodeUntil = at + CodeLasts, CodeTries = Tries }, at,
                "A code was sent"),
            (_, ContactCommand.Verify verify) => Verify(state, verify, at),
            (_, ContactCommand.Delete) => Delete(state, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<ContactState> Set(
        ContactState? before, MadeContact contact, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.FindUser(contact.User) is not { } user)
        {
            return Refuse($"There is no user '{contact.User}'");
        }

        if (policy.FindChannel(contact.Target.Channel) is not { } channel)
        {
            return Refuse($"There is no channel '{contact.Target.Channel}'");
        }

        var others = policy.MadeContacts.Count(made => made.Id != contact.Id && Same(made.User, user.Name));
        if (others >= MostOfOnePerson)
        {
            return Refuse($"{user.Name} has {others} contacts made through the API already, which is the most");
        }

        var target = contact.Target with { Channel = channel.Name };
        if (user.FileContacts.Contains(target) ||
            policy.MadeContacts.Any(
                made => made.Id != contact.Id && Same(made.User, user.Name) && made.Target == target))
        {
            return Refuse($"{user.Name} has this contact already");
        }

        var made = contact with { User = user.Name, Target = target, Verified = false, MadeAt = at };
        return before is { Deleted: false } && before.Contact.Target == target
            ? Unchanged("The contact is as it was")
            : Publish(
                new ContactState { Contact = made, UpdatedAt = at },
                at,
                before is null ? "Contact made" : "Contact changed");
    }

    private static Decision<ContactState> Verify(ContactState state, ContactCommand.Verify verify, DateTimeOffset at)
    {
        if (state.Contact.Verified)
        {
            return Unchanged("The contact is verified already");
        }

        if (state.CodeSha256 is null || at >= state.CodeUntil || state.CodeTries <= 0)
        {
            return Refuse("There is no code that can be entered: have another one sent");
        }

        if (!string.Equals(verify.CodeSha256, state.CodeSha256, StringComparison.Ordinal))
        {
            return Keep(
                state with { CodeTries = state.CodeTries - 1 },
                at,
                $"That is not the code; tries left: {state.CodeTries - 1}");
        }

        return Publish(
            state with { Contact = state.Contact with { Verified = true }, CodeSha256 = null, CodeUntil = null, CodeTries = 0 }, at, "Contact verified");
    }

    private static Decision<ContactState> Delete(ContactState state, DateTimeOffset at) => Keep(
        state with { Deleted = true, CodeSha256 = null, CodeUntil = null, CodeTries = 0 }, at, "Contact deleted") with
    {
        Publish = new PolicyChange.ContactGone(state.Contact.Id),
    };

    private static Decision<ContactState> Publish(ContactState state, DateTimeOffset at, string reason) =>
        Keep(state, at, reason) with { Publish = new PolicyChange.ContactSet(state.Contact) };

    private static Decision<ContactState> Keep(ContactState state, DateTimeOffset at, string reason) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state with { UpdatedAt = at },
        Timeline = [new TimelineEntry(state.Grain, "contact", reason, "")],
    };

    private static string Enabled(bool enabled) => enabled ? "The contact is on" : "The contact is off";

    private static Decision<ContactState> Refuse(string reason) => new() { Outcome = Outcome.Refused, Reason = reason };

    private static Decision<ContactState> Unchanged(string reason) =>
        new() { Outcome = Outcome.Repeat, Reason = reason };

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
