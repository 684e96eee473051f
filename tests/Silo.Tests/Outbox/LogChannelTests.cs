using Correlation.Grains.Model;
using Correlation.Silo.Outbox.Channels;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class LogChannelTests
{
    [Fact]
    public async Task A_page_is_one_readable_line_whatever_the_alert_says()
    {
        var log = new Lines();
        var page = Given.Page(Given.To("log"));
        page = page with { Text = page.Text with { Title = "Latency\r\nis high" } };

        var result = await new LogChannel(log).SendAsync(
            Given.Channel("log", "log"), page.Target, page, CancellationToken.None);

        Assert.Equal(AttemptOutcome.Delivered, result.Outcome);
        Assert.Equal(
            "PAGE for ann@example.org: P1 #42 Latency  is high (team ml-infra, entity endpoint:churn-v3, alerts: 3). " +
            "P99 is 900 ms. Runbook: https://runbooks.example.org/latency?a=1&b=2. Step 1, on call for ml-infra. " +
            $"Incident incident-1, delivery {page.Id}",
            Assert.Single(log.Written));
    }

    private sealed class Lines : ILogger<LogChannel>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
