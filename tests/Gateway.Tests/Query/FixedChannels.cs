using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Tests.Query;

/// <summary>Channels that do as the test says.</summary>
internal sealed class FixedChannels : IChannelHealth, ITestPages
{
    public string? Problem { get; set; }

    public List<string?> Keys { get; } = [];

    public string? ProblemOf(string channel) => Problem;

    public Task<IReadOnlyList<TestPage>> SendAsync(User user, string? key, CancellationToken cancellationToken)
    {
        Keys.Add(key);
        IReadOnlyList<TestPage> pages =
            [.. user.Contacts.Select(contact => new TestPage(contact.Channel, contact.Address, Problem is null, Problem ?? "ok"))];
        return Task.FromResult(pages);
    }
}
