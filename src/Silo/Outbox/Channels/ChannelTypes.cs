using Correlation.Gateway.Answers;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>Every type of channel there is: a new one is a file here and a line below.</summary>
public static class ChannelTypes
{
    public static IReadOnlyList<IChannel> All(
        TimeProvider clock, ILoggerFactory loggers, ChannelHttp http, AnswerLinks links) =>
    [
        new LogChannel(loggers.CreateLogger<LogChannel>()),
        new WebhookChannel(clock, http, links),
        new EmailChannel(clock, links),
        new SlackChannel(http, links),
        new SlackWebhookChannel(http, links),
        new TeamsChannel(http, links),
        new SmsChannel(http, links),
        new VoiceChannel(http, links),
        new NtfyChannel(http, links),
        new OpsgenieChannel(http),
        new PagerDutyChannel(http),
    ];

    /// <summary>For who reads the configuration and sends nothing.</summary>
    public static IReadOnlyList<IChannel> ForReading(TimeProvider clock, ILoggerFactory loggers) =>
        All(clock, loggers, new ChannelHttp(clock), new AnswerLinks(new AnswerKey(new byte[AnswerKey.Size]), null));
}
