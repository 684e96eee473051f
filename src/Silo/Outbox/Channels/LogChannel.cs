using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Writes the page into the service's own log: for a first try, and as a last resort. It has no settings.
/// </summary>
public sealed partial class LogChannel(ILogger<LogChannel> logger) : IChannel
{
    public string Type => "log";

    public bool Gathers => false;

    public IEnumerable<SettingFault> Check(Labels settings) =>
        settings.Keys.Select(name => new SettingFault(name, "is unknown; a log channel has no settings."));

    public Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var text = delivery.Text;
        LogPage(
            delivery.Who, text.Priority, text.Number, OneLine(text.Title), text.Team, OneLine(text.Entity),
            text.MemberCount, OneLine(text.Body), OneLine(text.Runbook), delivery.Step, OneLine(delivery.Reason),
            delivery.IncidentId, delivery.Id);
        return Task.FromResult(new AttemptResult(AttemptOutcome.Delivered, "Written to the log."));
    }

    /// <summary>Senders' texts may hold line breaks, which would let them forge lines of the log.</summary>
    private static string OneLine(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0
            ? text
            : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
