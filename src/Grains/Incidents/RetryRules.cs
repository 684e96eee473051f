using System.Buffers.Binary;
using System.Diagnostics;
using Correlation.Grains.Model;

namespace Correlation.Grains.Incidents;

/// <summary>
/// What follows an attempt. Pages retry within seconds and fall to the next channel well within an escalation step:
/// somebody has to wake up, and a receiver that is down for minutes is what the other channels are for.
/// The id, and with it the receiver's idempotency key, stays the same over all attempts and channels.
/// </summary>
public static class RetryRules
{
    /// <summary>Attempts on one channel before the next one is tried.</summary>
    public const int AttemptsPerChannel = 3;

    /// <summary>Before the second attempt on a channel; it doubles with each further one.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A pause is longer or shorter by up to this part of it, so that a storm's retries do not come in one blow.
    /// </summary>
    public const double Jitter = 0.25;

    public static AfterAttempt After(Delivery delivery, AttemptOutcome outcome, DateTimeOffset at) => outcome switch
    {
        AttemptOutcome.Delivered => new AfterAttempt(DeliveryState.Delivered, null),
        AttemptOutcome.Rejected => OnNextChannel(delivery, at),

        // Perhaps it arrived. The receiver tells the second copy by its key; nobody paged is worse than paged twice.
        AttemptOutcome.Failed or AttemptOutcome.Unknown when delivery.Attempts + 1 < AttemptsPerChannel =>
            Again(delivery with { Attempts = delivery.Attempts + 1 }, at),
        AttemptOutcome.Failed or AttemptOutcome.Unknown => OnNextChannel(delivery, at),
        _ => throw new UnreachableException($"Unknown outcome {outcome} of delivery {delivery.Id}."),
    };

    private static AfterAttempt Again(Delivery delivery, DateTimeOffset at)
    {
        var pause = FirstPause * Math.Pow(2, delivery.Attempts - 1);
        var spread = 1 + (Jitter * ((2 * Fraction(delivery)) - 1));

        // Times are stored in whole milliseconds.
        var wait = TimeSpan.FromMilliseconds(Math.Floor(pause.TotalMilliseconds * spread));
        return new AfterAttempt(DeliveryState.Pending, delivery with { NotBefore = at + wait });
    }

    private static AfterAttempt OnNextChannel(Delivery delivery, DateTimeOffset at) =>
        delivery.Channel + 1 < delivery.Targets.Count
            ? new AfterAttempt(
                DeliveryState.Pending, delivery with { Channel = delivery.Channel + 1, Attempts = 0, NotBefore = at })
            : new AfterAttempt(DeliveryState.Failed, null);

    /// <summary>From 0 up to 1, the same for the same attempt: a decision has no dice.</summary>
    private static double Fraction(Delivery delivery)
    {
        var version = ((long)delivery.Channel * AttemptsPerChannel) + delivery.Attempts;
        Span<byte> bytes = stackalloc byte[16];
        DerivedId.Of("jitter", delivery.Id.ToString("N"), version).TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) / (uint.MaxValue + 1.0);
    }
}

/// <param name="State">Pending when there is another attempt, else how the delivery ended.</param>
/// <param name="Retry">The next attempt; null when the delivery is finished.</param>
public readonly record struct AfterAttempt(DeliveryState State, Delivery? Retry);
