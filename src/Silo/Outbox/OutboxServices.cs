using Correlation.Gateway.Answers;
using Correlation.Gateway.Seams;
using Correlation.Silo.Outbox.Channels;

namespace Correlation.Silo.Outbox;

public static class OutboxServices
{
    /// <summary>
    /// The dispatcher and every type of channel. Needs IOutbox, IGrains, AnswerLinks, TimeProvider and a Meter;
    /// whoever commits calls <see cref="OutboxSignal.Committed"/>. To be called after the host of the shards is
    /// registered: hosted services stop in reverse order, and the dispatcher's last results must still find the shards.
    /// </summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddOptions<OutboxOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<ChannelHttp>();
        services.AddSingleton<IEnumerable<IChannel>>(s => ChannelTypes.All(
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>(),
            s.GetRequiredService<ChannelHttp>(),
            s.GetRequiredService<AnswerLinks>()));
        services.AddSingleton<ChannelHealth>();
        services.AddSingleton<IChannelHealth>(s => s.GetRequiredService<ChannelHealth>());
        services.AddSingleton<Sender>();
        services.AddSingleton<ITestPages, TestPages>();
        services.AddHostedService<Dispatcher>();
        return services;
    }
}
