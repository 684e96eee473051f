using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>
/// What notification policies do to the pages for an alert. <see cref="Start"/> is a Monday, 10:00 UTC.
/// </summary>
public sealed class PagingRulesTests
{
    private static readonly AlertPolicy Rule = new("n-1", "quiet", AlertCriteria.All)
    {
        Team = Small.Settings.DefaultTeam,
        Paging = new PagingRule { Suppresses = true },
    };

    [Fact]
    public void What_a_policy_suppresses_is_held_back_for_good_and_says_so()
    {
        var alert = Opened(Firing, With(Rule));
        Assert.Equal(["policy:quiet"], alert.SuppressedBy);
        Assert.Null(alert.SuppressedUntil);
        Assert.Equal("Suppressed by notification policy quiet", Suppressor.Sentence(alert.SuppressedBy));
        Assert.True(AlertSuppression.IsOutdated(alert, With(Rule with { Enabled = false }), Start));
    }

    [Fact]
    public void With_hours_it_holds_until_they_end_for_what_opened_in_them_and_not_again_the_next_day()
    {
        var policy = With(Rule with { Hours = [new TimeWindow(9 * 60, 12 * 60)] });
        var alert = Opened(Firing, policy);
        Assert.Equal((DateTimeOffset?)Start.AddHours(2), alert.SuppressedUntil);
        var freed = Alert.Decide(alert, new AlertCommand.TimerFired("suppressed", Start.AddHours(2)), policy, Start.AddHours(2)).State!;
        Assert.Empty(freed.SuppressedBy);
        Assert.False(AlertSuppression.IsOutdated(freed, policy, Start.AddDays(1)));
        Assert.Empty(Opened(Firing, With(Rule with { Hours = [new TimeWindow(11 * 60, 12 * 60)] })).SuppressedBy);
    }

    [Fact]
    public void The_first_of_the_teams_policies_that_takes_the_alert_is_the_only_one()
    {
        var urgent = new AlertCriteria(
            CriteriaType.MatchAllConditions,
            [new AlertCondition(CriteriaField.Priority, "", CriteriaOperation.Equals, "P1", Not: false)]);
        var loud = Rule with { Id = "n-0", Name = "loud", Filter = urgent, Paging = new PagingRule() };
        Assert.Empty(Opened(Firing with { Priority = Priority.P1 }, With(loud, Rule)).SuppressedBy);
        Assert.Equal(["policy:quiet"], Opened(Firing with { Priority = Priority.P3 }, With(loud, Rule)).SuppressedBy);
        Assert.Empty(Opened(Firing, With(Rule with { Team = "strangers" })).SuppressedBy);
    }

    [Fact]
    public void The_first_page_waits_for_a_delay_and_never_less_than_the_route_says()
    {
        Assert.Equal(
            TimeSpan.FromMinutes(20),
            WaitOf(new PagingDelay(DelayUntil.Elapsed, TimeSpan.FromMinutes(20), 0, IsoDayOfWeek.None)));
        Assert.Equal(
            Opened(Firing, Small).Class.GroupWait,
            WaitOf(new PagingDelay(DelayUntil.Elapsed, TimeSpan.Zero, 0, IsoDayOfWeek.None)));
    }

    [Theory]
    [InlineData(DelayUntil.Time, 11, IsoDayOfWeek.None, 1)]
    [InlineData(DelayUntil.Time, 10, IsoDayOfWeek.None, 24)]
    [InlineData(DelayUntil.Weekday, 9, IsoDayOfWeek.None, 23)]
    [InlineData(DelayUntil.Day, 9, IsoDayOfWeek.Sunday, (6 * 24) - 1)]
    [InlineData(DelayUntil.Day, 9, IsoDayOfWeek.Monday, (7 * 24) - 1)]
    public void A_delay_ends_when_the_clock_next_shows_it(DelayUntil until, int hour, IsoDayOfWeek on, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), new PagingDelay(until, TimeSpan.Zero, hour * 60, on).After(Start));

    [Fact]
    public void A_weekday_is_none_of_the_weekend() => Assert.Equal(
        TimeSpan.FromHours(71),
        new PagingDelay(DelayUntil.Weekday, TimeSpan.Zero, 9 * 60, IsoDayOfWeek.None).After(Start.AddDays(4)));

    [Fact]
    public void An_alert_whose_source_says_nothing_for_so_long_is_over()
    {
        var policy = With(Rule with { Paging = new PagingRule { ClosesAfter = TimeSpan.FromHours(1) } });
        var alert = Opened(Firing with { ResendsWhileFiring = false, EndsAt = null }, policy);
        Assert.Equal((DateTimeOffset?)Start.AddHours(1), alert.ExpiryCheckAt);
        var closed = Alert.Decide(alert, new AlertCommand.TimerFired("expiry", Start.AddHours(1)), policy, Start.AddHours(1)).State!;
        Assert.Equal((AlertStatus.Closed, (ClosedHow?)ClosedHow.Expired), (closed.Status, closed.ClosedHow));
    }

    private static TimeSpan WaitOf(PagingDelay delay) =>
        Opened(Firing, With(Rule with { Paging = new PagingRule { Delay = delay } })).Class.GroupWait;

    private static PolicyVersion With(params AlertPolicy[] rules) =>
        Small with { NotificationPolicies = rules.ToValueList() };
}
