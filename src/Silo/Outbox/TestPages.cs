using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox;

/// <summary>
/// Not by way of the outbox: who asks waits for the answer, and after a crash nobody wants it any more.
/// </summary>
public sealed class TestPages(Sender sender, IGrains grains, TimeProvider time) : ITestPages
{
    public async Task<IReadOnlyList<TestPage>> SendAsync(User user, string? key, CancellationToken cancellationToken)
    {
        var policy = grains.Policy;
        var at = time.GetUtcNow();
        var attempts = user.Contacts.Select(async (contact, number) =>
        {
            var delivery = DeliveryTo(
                user, contact, key ?? at.UtcTicks.ToString(CultureInfo.InvariantCulture), number, at, policy.Version,
                $"Test page for {user.FullName}", "Nothing is wrong: somebody tries whether you can be reached.",
                "test page: nothing is wrong");
            return await SendAsync(policy, contact, delivery, cancellationToken);
        });
        return await Task.WhenAll(attempts);
    }

    public Task<TestPage> SendCodeAsync(
        User user, DeliveryTarget contact, string code, CancellationToken cancellationToken)
    {
        var (policy, at) = (grains.Policy, time.GetUtcNow());
        var delivery = DeliveryTo(
            user, contact, at.UtcTicks.ToString(CultureInfo.InvariantCulture), 0, at, policy.Version,
            $"{code} confirms this contact of {user.FullName}",
            $"Somebody has made this contact for pages to {user.FullName}. If it was you, enter the code {code} where you made it. If it was not, do nothing.",
            "a contact is to be verified");
        return SendAsync(policy, contact, delivery, cancellationToken);
    }

    private async Task<TestPage> SendAsync(
        PolicyVersion policy, DeliveryTarget contact, Delivery delivery, CancellationToken cancellationToken)
    {
        var result = await sender.SendAsync(policy, delivery, cancellationToken);
        return new TestPage(
            contact.Channel, contact.Address, result.Outcome == AttemptOutcome.Delivered, result.Detail);
    }

    private static Delivery DeliveryTo(
        User user, DeliveryTarget contact, string key, int number, DateTimeOffset at, long version, string title, string body, string reason) => new()
        {
            Id = DerivedId.Of("test page", user.Name + " " + key, number),
            IncidentId = "test",
            Step = 0,
            Who = user.Name,
            Targets = [contact],
            NotBefore = at,
            DecidedAt = at,
            Reason = reason,
            PolicyVersion = version,
            Text = new PageText(
                PageEvents.Test, title, body,
                Priority.P5, "", 0, "", "", "", 0, at),
        };
}
