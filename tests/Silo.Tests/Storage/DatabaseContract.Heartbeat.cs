using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Silo.Audit;
using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    [Fact]
    public async Task The_audit_tells_the_address_outside_of_rounds_that_passed_alone()
    {
        await using var outside = await WebhookSink.StartNewAsync();
        using var meter = new Meter("audit");
        var clock = new ManualClock(Noon);
        var report = new AuditReport(clock, meter);
        using var service = new AuditService(
            new IncidentAudit((IDuties)Reads, Reads, new ToldGrains(), clock),
            report,
            new Ready(),
            new Correlation.Silo.Hosting.SiloSettings { HeartbeatUrl = outside.Url + "/beat" },
            clock,
            NullLogger<AuditService>.Instance);
        Keep(Paging("open", Noon.AddMinutes(30)));
        await service.StartAsync(None);

        Assert.Empty((await RoundAsync()).Faults);
        await RestsAsync();
        var beat = Assert.Single(outside.Requests);
        Assert.Equal(("GET", "/beat"), (beat.Method, beat.Path));

        Keep(Paging("broken", null));
        Assert.Single((await RoundAsync()).Faults);
        await RestsAsync();
        Assert.Single(outside.Requests);
        await service.StopAsync(None);

        async Task<AuditRound> RoundAsync()
        {
            var before = report.Latest;
            await RestsAsync();
            clock.Advance(TimeSpan.FromSeconds(20));
            await Poll.UntilAsync(
                () => Task.FromResult(report.Latest != before), TimeSpan.FromSeconds(20), () => "a round ends");
            return report.Latest!;
        }

        // What a round has to send is sent and answered before it waits for the next one.
        Task RestsAsync() => Poll.UntilAsync(
            () => Task.FromResult(clock.NextDue is not null), TimeSpan.FromSeconds(20),
            () => "the audit waits for its next round");
    }

    private sealed class Ready : IReadiness
    {
        public Readiness Now { get; } = new(Recovering: false, null, null);
    }
}
