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

    /// <summary>Attempts to change a message, within an hour or so.</summary>
    public const int AttemptsPerUpdate = 8;

    public static readonly TimeSpan FirstUpdatePause = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestUpdatePause = TimeSpan.FromMinutes(15);

    /// <summary>
    /// So long a page stays on a channel that is not its last, waiting for a place on it included. A receiver that
    /// accepts and never answers fails slowly, and in a storm the pages behind it have not even been tried.
    /// </summary>
    public static readonly TimeSpan TimePerChannel = TimeSpan.FromSeconds(30);

    /// <summary>Before the second attempt on a channel; it doubles with each further one.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A receiver that asks for a longer pause is waited for this long, and passed over for the next channel if it asks
    /// for more.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A pause is longer or shorter by up to this part of it, so that a storm's retries do not come in one blow.
    /// </summary>
    public const double Jitter = 0.25;

    /// <param name="retryAfter">When the receiver asked to be tried again; null when it did not say.</param>
    public static AfterAttempt After(
        Delivery delivery, AttemptOutcome outcome, DateTimeOffset at, TimeSpan? retryAfter = null) => outcome switch
        {
            AttemptOutcome.Delivered => new AfterAttempt(DeliveryState.Delivered, null),
            AttemptOutcome.Rejected => OnNextChannel(delivery, at),

            // On the last channel there is nothing better to do than to wait.
            AttemptOutcome.NoPlace when !HasNext(delivery) => new AfterAttempt(DeliveryState.Pending, delivery),
            AttemptOutcome.NoPlace => OnNextChannel(delivery, at),

            // Nobody sleeps through a page because a receiver is busy.
            AttemptOutcome.Failed or AttemptOutcome.Unknown when retryAfter > LongestPause && HasNext(delivery) =>
                OnNextChannel(delivery, at),

            // Perhaps it arrived. The receiver tells the second copy by its key; nobody paged is worse than paged
            // twice.
            AttemptOutcome.Failed or AttemptOutcome.Unknown when delivery.Attempts + 1 < AttemptsPerChannel =>
                Again(delivery with { Attempts = delivery.Attempts + 1 }, at, retryAfter ?? TimeSpan.Zero),
            AttemptOutcome.Failed or AttemptOutcome.Unknown => OnNextChannel(delivery, at),
            _ => throw new UnreachableException($"Unknown outcome {outcome} of delivery {delivery.Id}."),
        };

    /// <summary>
    /// A message that is changed has no other way than its own, and nobody waits for it: it has time.
    /// </summary>
    public static AfterAttempt AfterUpdate(
        Delivery update, AttemptOutcome outcome, DateTimeOffset at, TimeSpan? retryAfter)
    {
        if (outcome == AttemptOutcome.Delivered)
        {
            return new AfterAttempt(DeliveryState.Delivered, null);
        }

        if (outcome == AttemptOutcome.Rejected || update.Attempts + 1 >= AttemptsPerUpdate)
        {
            return new AfterAttempt(DeliveryState.Failed, null);
        }

        var pause = FirstUpdatePause * Math.Pow(2, update.Attempts);
        var wait = retryAfter > pause ? retryAfter.Value : pause;
        return new AfterAttempt(
            DeliveryState.Pending, update with { Attempts = update.Attempts + 1, NotBefore = at + (wait < LongestUpdatePause ? wait : LongestUpdatePause) });
    }

    /// <summary>When a delivery that comes to this channel at that time has to leave it again.</summary>
    public static DateTimeOffset? MovesOnAt(int channel, int channels, DateTimeOffset at) =>
        channel + 1 < channels ? at + TimePerChannel : null;

    /// <param name="asked">Only ever makes the pause longer: a receiver may not turn retries into a hammering.</param>
    private static AfterAttempt Again(Delivery delivery, DateTimeOffset at, TimeSpan asked)
    {
        var pause = FirstPause * Math.Pow(2, delivery.Attempts - 1);
        var spread = 1 + (Jitter * ((2 * Fraction(delivery)) - 1));

        // Times are stored in whole milliseconds.
        var own = TimeSpan.FromMilliseconds(Math.Floor(pause.TotalMilliseconds * spread));
        var theirs = asked < LongestPause ? asked : LongestPause;
        var wait = own > theirs ? own : theirs;
        return delivery.MovesOnAt <= at + wait
            ? OnNextChannel(delivery, at)
            : new AfterAttempt(DeliveryState.Pending, delivery with { NotBefore = at + wait });
    }

    private static bool HasNext(Delivery delivery) => delivery.Channel + 1 < delivery.Targets.Count;

    private static AfterAttempt OnNextChannel(Delivery delivery, DateTimeOffset at)
    {
        var next = delivery.Channel + 1;
        return HasNext(delivery)
            ? new AfterAttempt(
                DeliveryState.Pending,
                delivery with
                {
                    Channel = next,
                    Attempts = 0,
                    NotBefore = at,
                    MovesOnAt = MovesOnAt(next, delivery.Targets.Count, at),
                })
            : new AfterAttempt(DeliveryState.Failed, null);
    }

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
