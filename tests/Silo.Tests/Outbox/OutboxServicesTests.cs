using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Silo.Outbox;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class OutboxServicesTests
{
    [Fact]
    public void The_host_gets_a_dispatcher_and_every_type_of_channel()
    {
        using var host = Build(_ => { });

        Assert.Single(host.GetServices<IHostedService>().OfType<Dispatcher>());
        Assert.Equal(
            ["email", "log", "ntfy", "opsgenie", "pagerduty", "slack", "slack_webhook", "sms", "teams", "voice", "webhook"],
            host.GetServices<IChannel>().Select(c => c.Type).Order());
    }

    [Fact]
    public void Options_out_of_range_name_the_setting()
    {
        using var host = Build(options => options.AttemptTimeout = TimeSpan.FromHours(1));

        var options = host.GetRequiredService<IOptions<OutboxOptions>>();
        var refused = Assert.Throws<OptionsValidationException>(() => options.Value);

        Assert.Contains("AttemptTimeout", refused.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<OutboxOptions> configure)
    {
        var clock = new ManualClock(Given.Start);
        var outbox = new MemoryOutbox(clock, new OutboxSignal(), Given.Policy());
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IOutbox>(outbox)
            .AddSingleton<IGrains>(outbox)
            .AddSingleton(Given.NoLinks)
            .AddSingleton(new Meter("test"))
            .AddSingleton<Hold>()
            .AddOutbox()
            .Configure(configure)
            .BuildServiceProvider();
    }
}
