using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Seams;

/// <summary>How the channels did of late, as this process saw it.</summary>
public interface IChannelHealth
{
    /// <summary>
    /// Null when the latest attempt of its channel, and of its address, went well or was long ago; else what went
    /// wrong, in one sentence.
    /// </summary>
    string? ProblemOf(DeliveryTarget contact);
}

/// <summary>Tries whether a person can be reached, beside the incidents and their outbox.</summary>
public interface ITestPages
{
    /// <summary>One attempt by each contact.</summary>
    /// <param name="key">A retry with the same key is the same message for receivers that tell them apart.</param>
    Task<IReadOnlyList<TestPage>> SendAsync(User user, string? key, CancellationToken cancellationToken);

    /// <summary>One attempt to send a code over a contact that is to be verified.</summary>
    /// <param name="code">Digits.</param>
    Task<TestPage> SendCodeAsync(User user, DeliveryTarget contact, string code, CancellationToken cancellationToken);
}

/// <param name="Detail">What the channel says, in one sentence.</param>
public sealed record TestPage(string Channel, string Address, bool Delivered, string Detail);
