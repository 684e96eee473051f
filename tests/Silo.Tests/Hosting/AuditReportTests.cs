using System.Diagnostics.Metrics;
using Correlation.Silo.Audit;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Hosting;

public sealed class AuditReportTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_round_that_passed_is_no_problem_and_one_that_did_not_names_the_first_incident()
    {
        using var meter = new Meter("audit");
        var report = new AuditReport(new ManualClock(Start), meter) { Latest = new AuditRound(Start, TimeSpan.Zero, 7, []) };
        Assert.Null(report.Problem);

        report.Latest = new AuditRound(
            Start, TimeSpan.Zero, 7, [("i", "is open and has no next step"), ("j", "is snoozed for ever")]);
        Assert.Equal("2 of 7 open incidents have no next step, owner or end, or reach nobody: incident i is open and has no next step", report.Problem);
    }

    [Fact]
    public void An_audit_that_stands_still_is_a_problem_of_its_own()
    {
        using var meter = new Meter("audit");
        var clock = new ManualClock(Start);
        var report = new AuditReport(clock, meter);
        Assert.Null(report.Problem);

        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("no round over the open incidents has ended since 2026-01-05 10:00:00 UTC", report.Problem);
    }
}
