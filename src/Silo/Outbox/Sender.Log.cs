namespace Correlation.Silo.Outbox;

public sealed partial class Sender
{
    [LoggerMessage(1, LogLevel.Error,
        "Channel {Channel} of type {Type} threw on delivery {DeliveryId}: a mistake in its code")]
    private partial void LogChannelThrew(Exception mistake, string channel, string type, Guid deliveryId);
}
