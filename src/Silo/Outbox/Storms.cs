using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>
/// Who is being paged for much at a time gets few messages that say how much. The first pages sound at once, each by
/// itself; what follows within a minute is gathered for a few seconds and comes as one. Something more urgent than all
/// they were told of never waits. A page is one message, however often it is attempted. Only the loop uses it.
/// </summary>
internal sealed class Storms
{
    /// <summary>Messages within <see cref="Window"/> from which on they are gathered.</summary>
    public const int Calm = 3;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Between gathered messages: less than what a page may wait for a place, so that none goes elsewhere.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private static readonly Priority[] Priorities = Enum.GetValues<Priority>();

    private readonly Dictionary<string, Recent> _recipients = new(StringComparer.Ordinal);

    /// <summary>Lanes whose pages are being gathered now, to be left in the store.</summary>
    public IEnumerable<string> Gathering(DateTimeOffset now)
    {
        Forget(now);
        return from recipient in _recipients
               where recipient.Value.IsStorm && now < recipient.Value.Last + Pause
               from priority in Priorities
               where !priority.IsMoreUrgentThan(recipient.Value.MostUrgent)
               select Delivery.LaneOf(recipient.Key, priority);
    }

    /// <summary>All lanes of the recipient; together they make a message.</summary>
    public static IReadOnlyList<string> LanesOf(string recipient) =>
        [.. Priorities.Select(priority => Delivery.LaneOf(recipient, priority))];

    public StormAnswer Judge(Delivery delivery, DateTimeOffset now) =>
        !_recipients.TryGetValue(delivery.Recipient, out var recent) || !recent.IsStorm ? StormAnswer.Alone
        : delivery.Text.Priority.IsMoreUrgentThan(recent.MostUrgent) ? StormAnswer.Alone
        : now >= recent.Last + Pause ? StormAnswer.Together
        : StormAnswer.Wait;

    public void Sent(Delivery delivery, DateTimeOffset now)
    {
        var priority = delivery.Text.Priority;
        var message = new Message(delivery.Id, now);
        _recipients[delivery.Recipient] = _recipients.TryGetValue(delivery.Recipient, out var recent)
            ? new Recent(
                [.. recent.Messages.Where(earlier => earlier.Id != message.Id).Append(message).TakeLast(Calm)],
                priority.IsMoreUrgentThan(recent.MostUrgent) ? priority : recent.MostUrgent)
            : new Recent([message], priority);
    }

    /// <summary>When the next gathering ends; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset now) => _recipients.Values
        .Where(recent => recent.IsStorm && now < recent.Last + Pause)
        .Select(recent => (DateTimeOffset?)(recent.Last + Pause))
        .Min();

    private void Forget(DateTimeOffset now)
    {
        foreach (var (recipient, recent) in _recipients.Where(r => r.Value.Messages.Exists(m => now - m.At > Window)).ToList())
        {
            var left = recent.Messages.FindAll(m => now - m.At <= Window);
            if (left.Count == 0)
            {
                _recipients.Remove(recipient);
            }
            else
            {
                _recipients[recipient] = recent with { Messages = left };
            }
        }
    }

    private sealed record Recent(List<Message> Messages, Priority MostUrgent)
    {
        public DateTimeOffset Last => Messages[^1].At;

        public bool IsStorm => Messages.Count >= Calm;
    }

    /// <param name="At">Of its last attempt.</param>
    private readonly record struct Message(Guid Id, DateTimeOffset At);
}

/// <summary>What becomes of a page to somebody who may be paged for much.</summary>
internal enum StormAnswer : byte
{
    Alone = 1,
    Wait = 2,
    Together = 3,
}
