using Correlation.Grains.Contacts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Contacts;

/// <summary>Contacts made through an API: paged at once, and verified by a code that came over them.</summary>
public sealed class ContactGrainTests
{
    private static readonly MadeContact Number = new(
        "c-1", Policies.Primary, new("mail", "home@example.org"), false, true, Start);

    private static readonly ContactState Made = Decide(null, new ContactCommand.Set(Number)).State!;

    private static readonly ContactState Asked = Decide(Made, new ContactCommand.Sent("right")).State!;

    [Fact]
    public void It_is_paged_from_when_it_is_made_after_those_of_the_file_and_those_that_are_verified()
    {
        var other = Number with { Id = "c-2", Target = new("mail", "new@example.org"), Verified = true, MadeAt = Start.AddMinutes(1) };
        var off = Number with { Id = "c-3", Target = new("mail", "off@example.org"), Enabled = false };

        var policy = new[] { Number, other, off }.Aggregate(
            Small, (p, contact) => p.With(new PolicyChange.ContactSet(contact)));

        Assert.Equal(
            [.. Small.Users[0].Contacts, other.Target, Number.Target], policy.FindUser(Policies.Primary)!.Contacts);
        Assert.Equal(Small.Users[1].Contacts, policy.Users[1].Contacts);
        Assert.Equal(Small.Users, policy.OfFiles().Users);
        Assert.Equal(policy.Users, Small.WithMade(policy.Made).Users);
        Assert.Equal(
            [.. Small.Users[0].Contacts, other.Target],
            policy.With(new PolicyChange.ContactGone("c-1")).FindUser(Policies.Primary)!.Contacts);
    }

    [Fact]
    public void It_is_verified_by_the_code_that_was_sent_to_it()
    {
        var verified = Decide(Asked, new ContactCommand.Verify("right"));

        Assert.Equal(new PolicyChange.ContactSet(Number with { Verified = true }), verified.Publish);
        Assert.Null(verified.State!.CodeSha256);
        Assert.Equal(Outcome.Refused, Decide(verified.State, new ContactCommand.Sent("other")).Outcome);
    }

    [Fact]
    public void A_code_has_five_tries_and_a_quarter_of_an_hour()
    {
        var state = Asked;
        for (var left = 4; left >= 0; left--)
        {
            var wrong = Decide(state, new ContactCommand.Verify("wrong"));
            Assert.Equal($"That is not the code; tries left: {left}", wrong.Reason);
            Assert.Null(wrong.Publish);
            state = wrong.State!;
        }

        Assert.Equal(Outcome.Refused, Decide(state, new ContactCommand.Verify("right")).Outcome);
        Assert.Equal(Outcome.Refused, Decide(Asked, new ContactCommand.Verify("right"), Start.AddMinutes(15)).Outcome);
        Assert.True(Decide(Decide(state, new ContactCommand.Sent("right")).State!, new ContactCommand.Verify("right")).State!.Contact.Verified);
    }

    [Fact]
    public void Another_address_has_to_be_verified_anew()
    {
        var verified = Decide(Asked, new ContactCommand.Verify("right")).State!;

        var changed = Decide(
            verified, new ContactCommand.Set(Number with { Target = new("mail", "other@example.org") }));

        Assert.False(changed.State!.Contact.Verified);
        Assert.Equal(Outcome.Repeat, Decide(verified, new ContactCommand.Set(Number)).Outcome);
    }

    [Theory]
    [InlineData("nobody@example.org", "mail", "x", "There is no user 'nobody@example.org'")]
    [InlineData(Policies.Primary, "pigeon", "x", "There is no channel 'pigeon'")]
    [InlineData(Policies.Primary, "log", "", "has this contact already")]
    public void What_nobody_could_be_reached_by_is_refused(string user, string channel, string address, string why)
    {
        var small = Small.Users[0].Contacts[0];
        var target = channel == small.Channel ? small : new DeliveryTarget(channel, address);

        Assert.EndsWith(
            why,
            Decide(null, new ContactCommand.Set(Number with { User = user, Target = target })).Reason,
            StringComparison.Ordinal);
    }

    private static Decision<ContactState> Decide(
        ContactState? state, ContactCommand command, DateTimeOffset? at = null) =>
        ContactGrain.Decide(state, command, Small, at ?? Start);
}
