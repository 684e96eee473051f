using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox;

/// <summary>
/// A way to reach somebody. One type of channel is one file that implements this. It makes one attempt; when to try
/// again and where else is the incident's decision.
/// </summary>
public interface IChannel
{
    /// <summary>The word in configuration: <c>type: webhook</c>.</summary>
    string Type { get; }

    /// <summary>
    /// A person reads it, so that in a storm several pages may come as one message. False where each page starts
    /// something: a record elsewhere, a program, a call with its keys.
    /// </summary>
    bool Gathers { get; }

    /// <summary>What is wrong with the settings of a channel of this type; empty when it can be used.</summary>
    IEnumerable<SettingFault> Check(Labels settings);

    /// <summary>
    /// One attempt, with settings that <see cref="Check"/> has nothing against, bounded by
    /// <paramref name="cancellationToken"/>. The delivery's id is the receiver's idempotency key. Returns
    /// <see cref="AttemptOutcome.Unknown"/> when the message may have arrived, also when cancelled; throws nothing that
    /// a network or a receiver can cause. One that <see cref="Delivery.Updates"/> a message changes that one in place.
    /// </summary>
    Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken);
}

/// <param name="Detail">One readable sentence for the timeline, such as "HTTP 503 from hooks.example.org".</param>
/// <param name="RetryAfter">How long the receiver asked to be left alone; null when it did not.</param>
/// <param name="Reference">
/// The receiver's own name for the message, under which it can be brought up to date; null where that cannot be.
/// </param>
public sealed record AttemptResult(
    AttemptOutcome Outcome, string Detail, TimeSpan? RetryAfter = null, string? Reference = null)
{
    /// <summary>
    /// A delivery that reaches somebody only with an answer: without one within this time it goes on as if it had
    /// failed.
    /// </summary>
    public TimeSpan? AnswerWithin { get; init; }

    /// <summary>
    /// It is the address that has nobody behind it, such as a mailbox that is not there: no word about the channel,
    /// which reaches others.
    /// </summary>
    public bool OfAddress { get; init; }

    /// <summary>The receiver tells later when a delivery has reached nobody after all.</summary>
    public bool MayFailLater { get; init; }
}

/// <param name="Key">The setting it is about, also when it is missing.</param>
/// <param name="Message">
/// Goes on after the key: "must be required, optional or never, and is 'yes'.". Without the value where that may be a
/// secret.
/// </param>
public sealed record SettingFault(string Key, string Message)
{
    public static IEnumerable<SettingFault> Unknown(Labels settings, params IReadOnlyList<string> known) =>
        from name in settings.Keys
        where !known.Contains(name)
        select new SettingFault(name, $"is unknown; allowed are {string.Join(", ", known)}.");
}
