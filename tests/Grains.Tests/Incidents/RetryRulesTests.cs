using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Incidents;

public sealed class RetryRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_delivered_page_is_finished()
    {
        var after = RetryRules.After(PageTo("push"), AttemptOutcome.Delivered, Start);

        Assert.Equal(new AfterAttempt(DeliveryState.Delivered, null), after);
    }

    [Theory]
    [InlineData(AttemptOutcome.Failed)]
    [InlineData(AttemptOutcome.Unknown)]
    public void A_failed_or_unknown_attempt_is_made_again_after_a_doubling_pause(AttemptOutcome outcome)
    {
        var first = PageTo("push", "mail");

        var second = RetryRules.After(first, outcome, Start).Retry!;
        var third = RetryRules.After(second, outcome, Start).Retry!;

        Assert.Equal(first with { Attempts = 1, NotBefore = second.NotBefore }, second);
        Assert.InRange(second.NotBefore - Start, TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1.25));
        Assert.Equal(first with { Attempts = 2, NotBefore = third.NotBefore }, third);
        Assert.InRange(third.NotBefore - Start, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public void The_third_failure_on_a_channel_goes_to_the_next_at_once()
    {
        var page = PageTo("push", "mail") with { Attempts = 2 };

        var after = RetryRules.After(page, AttemptOutcome.Failed, Start);

        var expected = page with { Channel = 1, Attempts = 0, NotBefore = Start, MovesOnAt = null };
        Assert.Equal(new AfterAttempt(DeliveryState.Pending, expected), after);
    }

    [Fact]
    public void A_rejection_goes_to_the_next_channel_at_once()
    {
        var page = PageTo("push", "mail");

        var after = RetryRules.After(page, AttemptOutcome.Rejected, Start);

        Assert.Equal(
            new AfterAttempt(DeliveryState.Pending, page with { Channel = 1, NotBefore = Start, MovesOnAt = null }),
            after);
    }

    [Theory]
    [InlineData(AttemptOutcome.Failed)]
    [InlineData(AttemptOutcome.Unknown)]
    public void A_page_that_would_be_on_a_channel_for_too_long_goes_to_the_next_at_once(AttemptOutcome outcome)
    {
        var page = PageTo("push", "mail", "phone");
        var late = Start + RetryRules.TimePerChannel - TimeSpan.FromSeconds(0.5);

        var after = RetryRules.After(page, outcome, late);

        var expected = page with { Channel = 1, NotBefore = late, MovesOnAt = late + RetryRules.TimePerChannel };
        Assert.Equal(new AfterAttempt(DeliveryState.Pending, expected), after);
    }

    [Fact]
    public void A_page_that_found_no_place_goes_to_the_next_channel()
    {
        var page = PageTo("push", "mail") with { Attempts = 1 };
        var late = Start + RetryRules.TimePerChannel;

        var after = RetryRules.After(page, AttemptOutcome.NoPlace, late);

        var expected = page with { Channel = 1, Attempts = 0, NotBefore = late, MovesOnAt = null };
        Assert.Equal(new AfterAttempt(DeliveryState.Pending, expected), after);
    }

    [Fact]
    public void On_the_last_channel_no_time_ends_the_attempts()
    {
        var page = PageTo("push");
        var late = Start.AddHours(1);

        Assert.Equal(1, RetryRules.After(page, AttemptOutcome.Unknown, late).Retry!.Attempts);
        Assert.Equal(
            new AfterAttempt(DeliveryState.Pending, page), RetryRules.After(page, AttemptOutcome.NoPlace, late));
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(10, 10)]
    [InlineData(3600, 10)]
    public void A_receiver_that_asks_for_a_pause_is_given_it_within_bounds(int asked, int given)
    {
        var after = RetryRules.After(PageTo("push"), AttemptOutcome.Failed, Start, TimeSpan.FromSeconds(asked));

        Assert.Equal(Start.AddSeconds(given), after.Retry!.NotBefore);
        Assert.Equal(1, after.Retry.Attempts);
    }

    [Fact]
    public void A_pause_shorter_than_ours_changes_nothing()
    {
        var page = PageTo("push");

        Assert.Equal(
            RetryRules.After(page, AttemptOutcome.Failed, Start),
            RetryRules.After(page, AttemptOutcome.Failed, Start, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void A_receiver_that_asks_for_more_than_a_page_can_wait_is_passed_over()
    {
        var page = PageTo("push", "mail");

        var after = RetryRules.After(page, AttemptOutcome.Failed, Start, TimeSpan.FromSeconds(11));

        Assert.Equal(
            new AfterAttempt(DeliveryState.Pending, page with { Channel = 1, NotBefore = Start, MovesOnAt = null }),
            after);
    }

    [Theory]
    [InlineData(AttemptOutcome.Failed, 2)]
    [InlineData(AttemptOutcome.Unknown, 2)]
    [InlineData(AttemptOutcome.Rejected, 0)]
    public void After_the_last_channel_the_page_has_failed(AttemptOutcome outcome, int attempts)
    {
        var page = PageTo("push", "mail") with { Channel = 1, Attempts = attempts };

        Assert.Equal(new AfterAttempt(DeliveryState.Failed, null), RetryRules.After(page, outcome, Start));
    }

    [Fact]
    public void Pauses_of_many_pages_are_spread_and_the_same_each_time_they_are_asked()
    {
        var pauses = Enumerable.Range(0, 1000)
            .Select(n => PageTo("push") with { Id = DerivedId.Of("test", "page", n) })
            .Select(page => RetryRules.After(page, AttemptOutcome.Failed, Start))
            .ToList();

        Assert.Equal(pauses, pauses.Select(p => RetryRules.After(
            p.Retry! with { Attempts = 0, NotBefore = Start }, AttemptOutcome.Failed, Start)));
        var seconds = pauses.Select(p => (p.Retry!.NotBefore - Start).TotalSeconds).ToList();
        Assert.InRange(seconds.Average(), 0.97, 1.03);
        Assert.InRange(seconds.Min(), 0.75, 0.77);
        Assert.InRange(seconds.Max(), 1.23, 1.25);
    }

    /// <summary>Any history of outcomes, each attempt made exactly when it may be.</summary>
    [Fact]
    public void Whatever_happens_a_page_ends_keeps_its_id_and_never_waits_long_on_one_channel()
    {
        var outcomes = Gen.Elements(
            AttemptOutcome.Delivered, AttemptOutcome.Failed, AttemptOutcome.Rejected, AttemptOutcome.Unknown);
        var histories =
            from channels in Gen.Choose(1, 5)
            from number in Gen.Choose(0, int.MaxValue)
            from history in outcomes.ListOf(channels * RetryRules.AttemptsPerChannel)
            select (channels, number, history);

        Check.QuickThrowOnFailure(Prop.ForAll(histories.ToArbitrary(), drawn =>
        {
            var (channels, number, history) = drawn;
            var delivery = PageTo([.. Enumerable.Range(0, channels).Select(c => $"channel-{c}")]) with
            {
                Id = DerivedId.Of("test", "page", number),
            };
            var (id, channelSince, state) = (delivery.Id, Start, DeliveryState.Pending);
            foreach (var outcome in history)
            {
                var at = delivery.NotBefore;
                var after = RetryRules.After(delivery, outcome, at);
                state = after.State;
                Assert.Equal(state == DeliveryState.Pending, after.Retry is not null);
                Assert.Equal(outcome == AttemptOutcome.Delivered, state == DeliveryState.Delivered);
                if (after.Retry is not { } next)
                {
                    break;
                }

                Assert.Equal(id, next.Id);
                Assert.InRange(next.Attempts, 0, RetryRules.AttemptsPerChannel - 1);
                Assert.True(next.NotBefore >= at, "An attempt may not be due before the one it follows.");
                var order = (next.Channel, next.Attempts).CompareTo((delivery.Channel, delivery.Attempts));
                Assert.True(order > 0, "No way back.");
                channelSince = next.Channel == delivery.Channel ? channelSince : at;
                Assert.InRange(next.NotBefore - channelSince, TimeSpan.Zero, TimeSpan.FromSeconds(3.75));
                delivery = next;
            }

            Assert.NotEqual(DeliveryState.Pending, state);
        }));
    }

    private static Delivery PageTo(params string[] channels) => new()
    {
        Id = DerivedId.Of("test", "page", 1),
        IncidentId = "incident",
        Step = 1,
        Who = "ann@example.org",
        Targets = channels.Select(c => new DeliveryTarget(c, "")).ToValueList(),
        NotBefore = Start,
        MovesOnAt = RetryRules.MovesOnAt(0, channels.Length, Start),
        DecidedAt = Start,
        Reason = "step 1 of ml-infra",
        Text = new PageText(
            "incident.page", "Serving latency is high", "P99 is 900 ms.", Priority.P1, "ml-infra", 42,
            "endpoint:churn-v3", "serving-latency", "", 1, Start),
    };
}
