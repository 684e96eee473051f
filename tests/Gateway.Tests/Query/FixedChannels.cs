using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Tests.Query;

/// <summary>Channels that do as the test says.</summary>
internal sealed class FixedChannels : IChannelHealth, ITestPages
{
    public string? Problem { get; set; }

    public List<string?> Keys { get; } = [];

    /// <summary>Sent so far, and to which address.</summary>
    public List<(string Address, string Code)> Codes { get; } = [];

    public Task<TestPage> SendCodeAsync(
        User user, DeliveryTarget contact, string code, CancellationToken cancellationToken)
    {
        Codes.Add((contact.Address, code));
        return Task.FromResult(new TestPage(contact.Channel, contact.Address, Problem is null, Problem ?? "ok"));
    }

    public string? ProblemOf(DeliveryTarget contact) => Problem;

    public Task<IReadOnlyList<TestPage>> SendAsync(User user, string? key, CancellationToken cancellationToken)
    {
        Keys.Add(key);
        IReadOnlyList<TestPage> pages =
            [.. user.Contacts.Select(contact => new TestPage(contact.Channel, contact.Address, Problem is null, Problem ?? "ok"))];
        return Task.FromResult(pages);
    }
}
