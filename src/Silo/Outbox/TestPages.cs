using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox;

/// <summary>Not by way of the outbox: who asks waits for the answer, and after a crash nobody wants it any more.</summary>
public sealed class TestPages(Sender sender, IGrains grains, TimeProvider time) : ITestPages
{
    public async Task<IReadOnlyList<TestPage>> SendAsync(User user, string? key, CancellationToken cancellationToken)
    {
        var policy = grains.Policy;
        var at = time.GetUtcNow();
        var attempts = user.Contacts.Select(async (contact, number) =>
        {
            var delivery = DeliveryTo(user, contact, key ?? at.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture), number, at, policy.Version);
            var result = await sender.SendAsync(policy, delivery, cancellationToken);
            return new TestPage(contact.Channel, contact.Address, result.Outcome == AttemptOutcome.Delivered, result.Detail);
        });
        return await Task.WhenAll(attempts);
    }

    private static Delivery DeliveryTo(User user, DeliveryTarget contact, string key, int number, DateTimeOffset at, long version) => new()
    {
        Id = DerivedId.Of("test page", user.Name + " " + key, number),
        IncidentId = "test",
        Step = 0,
        Who = user.Name,
        Targets = [contact],
        NotBefore = at,
        DecidedAt = at,
        Reason = "test page: nothing is wrong",
        PolicyVersion = version,
        Text = new PageText(
            PageEvents.Test, $"Test page for {user.FullName}", "Nothing is wrong: somebody tries whether you can be reached.",
            Priority.P5, "", 0, "", "", "", 0, at),
    };
}
