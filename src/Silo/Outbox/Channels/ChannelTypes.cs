namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Every type of channel there is, for who reads the configuration: a new one is a file here and a line below.
/// </summary>
public static class ChannelTypes
{
    public static IReadOnlyList<IChannel> All(TimeProvider clock, ILoggerFactory loggers) =>
        [new LogChannel(loggers.CreateLogger<LogChannel>()), new WebhookChannel(clock), new EmailChannel(clock)];
}
