using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.TestKit;
using NodaTime;
using Xunit;

namespace Correlation.Grains.Tests.Policy;

public sealed class MaintenanceWindowTests
{
    private static readonly MaintenanceWindow Nightly = Window("2026-01-05T02:30", Recurrence.Daily);

    [Theory]
    [InlineData("2026-01-05T01:30:00Z", true)]
    [InlineData("2026-01-05T03:29:59Z", true)]
    [InlineData("2026-01-05T03:30:00Z", false)]
    [InlineData("2026-01-04T02:00:00Z", false)]
    [InlineData("2026-07-01T00:30:00Z", true)]
    [InlineData("2026-07-01T02:30:00Z", false)]
    public void A_daily_one_keeps_its_local_time_and_begins_with_its_start(string at, bool active) =>
        Assert.Equal(active, Nightly.At(Time(at)) is not null);

    [Fact]
    public void A_start_that_the_clocks_skip_is_later_by_as_much_and_of_two_it_is_the_first()
    {
        Assert.Equal(Time("2026-03-29T01:30:00Z"), Nightly.At(Time("2026-03-29T02:00:00Z"))!.Value.Start);
        Assert.Equal(Time("2026-10-25T00:30:00Z"), Nightly.At(Time("2026-10-25T01:00:00Z"))!.Value.Start);
        Assert.Equal(Time("2026-10-25T02:30:00Z"), Nightly.At(Time("2026-10-25T01:00:00Z"))!.Value.End);
    }

    [Fact]
    public void Weekdays_are_those_of_the_zone()
    {
        var weekend = Window("2026-01-05T23:00", Recurrence.Weekly) with { Days = [IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday] };

        Assert.Equal(
            ["2026-01-10T22:00:00Z", "2026-01-11T22:00:00Z", "2026-01-17T22:00:00Z"],
            weekend.From(Time("2026-01-05T00:00:00Z")).Take(3).Select(o => Text(o.Start)));
        Assert.Equal(
            ["2026-01-05T22:00:00Z", "2026-01-12T22:00:00Z"],
            (weekend with { Days = [] }).From(Time("2026-01-05T00:00:00Z")).Take(2).Select(o => Text(o.Start)));
    }

    [Fact]
    public void The_31st_of_a_shorter_month_is_its_last_day() => Assert.Equal(
        ["2026-01-31T01:00:00Z", "2026-02-28T01:00:00Z", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"],
        Window("2026-01-31T02:00", Recurrence.Monthly)
            .From(Time("2026-01-01T00:00:00Z"))
            .Take(4)
            .Select(o => Text(o.Start)));

    [Fact]
    public void One_that_happens_once_ends_for_good()
    {
        var once = Window("2026-01-05T02:00", Recurrence.Once) with { Duration = TimeSpan.FromDays(30) };

        Assert.NotNull(once.At(Time("2026-02-04T00:00:00Z")));
        Assert.Equal(Time("2026-01-05T01:00:00Z"), once.NextChange(Time("2025-01-01T00:00:00Z")));
        Assert.Equal(Time("2026-02-04T01:00:00Z"), once.NextChange(Time("2026-01-05T01:00:00Z")));
        Assert.Null(once.NextChange(Time("2026-02-04T01:00:00Z")));
    }

    [Fact]
    public void No_more_begin_from_its_last_day_on()
    {
        var ended = Nightly with { Until = new LocalDateTime(2026, 1, 7, 2, 30) };

        Assert.Equal(2, ended.From(Time("2026-01-01T00:00:00Z")).Count());
        Assert.Null(ended.NextChange(Time("2026-01-06T04:00:00Z")));
        Assert.Null(ended.At(Time("2026-01-07T02:00:00Z")));
    }

    /// <summary>
    /// Over all zones and through their transitions: it changes where it is said to change, and nowhere else.
    /// </summary>
    [Fact]
    public void Between_two_changes_it_is_in_force_all_the_time_or_never()
    {
        var dice = new Random(1);
        foreach (var zone in DateTimeZoneProviders.Tzdb.Ids.Select(id => DateTimeZoneProviders.Tzdb[id]))
        {
            var recurrence = (Recurrence)dice.Next(2, 5);
            var start = new LocalDateTime(
                dice.Next(1970, 2030), dice.Next(1, 13), dice.Next(1, 29), dice.Next(24), 15 * dice.Next(4));
            var window = Window("2026-01-05T02:00", recurrence) with
            {
                TimeZone = zone.Id,
                Start = start,
                Duration = TimeSpan.FromMinutes(15 * dice.Next(1, 80)),
                Days = recurrence == Recurrence.Weekly ? [IsoDayOfWeek.Monday, (IsoDayOfWeek)dice.Next(2, 8)] : [],
            };
            var at = start.InZoneLeniently(zone).ToInstant().ToDateTimeOffset();
            var transition = zone.GetZoneInterval(Instant.FromDateTimeOffset(at.AddDays(dice.Next(2000))));
            if (transition.HasEnd && transition.End < Instant.FromUtc(2060, 1, 1, 0, 0))
            {
                at = transition.End.ToDateTimeOffset().AddDays(-2);
            }

            for (var (step, changed) = (0, 0); step < 12; step++)
            {
                var next = window.NextChange(at)
                    ?? throw new InvalidOperationException($"{window} changes for ever, and not after {at:O}");
                var active = window.At(at) is not null;
                for (var i = 1; i < 8; i++)
                {
                    Assert.Equal(active, window.At(at + ((next - at) * i / 8.0)) is not null);
                }

                // It may end where the next one begins.
                changed += active != window.At(next) is not null ? 1 : 0;
                Assert.True(step < 11 || changed > 0, $"{window} never changes after {at:O}");
                at = next;
            }
        }
    }

    [Fact]
    public void It_covers_what_all_that_it_says_holds_of()
    {
        var labels = Labels.From([new("severity", "info")]);
        var scope = new MaintenanceScope(Policies.Match("severity=info"), ["ml", "infra"], ["model:churn"], ["i-1"]);

        Assert.True(scope.Covers(labels, "ml", "model:churn", "i-1"));
        Assert.False(scope.Covers(Labels.Empty, "ml", "model:churn", "i-1"));
        Assert.False(scope.Covers(labels, "data", "model:churn", "i-1"));
        Assert.False(scope.Covers(labels, "ml", "model:other", "i-1"));
        Assert.False(scope.Covers(labels, "ml", "model:churn", "i-2"));
        Assert.True(new MaintenanceScope(MatcherSet.Empty, ["ml"], [], []).Covers(Labels.Empty, "ml", "", ""));
    }

    private static MaintenanceWindow Window(string start, Recurrence recurrence) => new(
        "id",
        "window",
        "",
        new MaintenanceScope(MatcherSet.Empty, ["ml"], [], []),
        "Europe/Berlin",
        NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(start).Value,
        TimeSpan.FromHours(2),
        recurrence,
        [],
        null);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
