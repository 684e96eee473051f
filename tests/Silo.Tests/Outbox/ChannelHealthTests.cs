using Correlation.Grains.Model;
using Correlation.Silo.Outbox;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class ChannelHealthTests
{
    private static readonly DeliveryTarget Ann = new("mail", "ann@example.org");
    private static readonly DeliveryTarget Bob = new("mail", "bob@example.org");
    private static readonly AttemptResult Arrived = new(AttemptOutcome.Delivered, "taken");
    private static readonly AttemptResult Down = new(AttemptOutcome.Failed, "broke off");
    private static readonly AttemptResult NoSuchMailbox = new(AttemptOutcome.Rejected, "answered RCPT TO with 550") { OfAddress = true };

    private readonly ManualClock _clock = new(Given.Start);
    private readonly ChannelHealth _health;

    public ChannelHealthTests() => _health = new ChannelHealth(_clock);

    [Fact]
    public void What_failed_of_late_is_likely_to_fail_for_everybody()
    {
        Tell(Ann, Down);
        Assert.Equal("broke off", _health.ProblemOf(Bob));
        Tell(Bob, Arrived);
        Assert.Null(_health.ProblemOf(Ann));
    }

    [Fact]
    public void A_mailbox_that_is_not_there_is_a_problem_of_its_own_until_it_takes_something()
    {
        Tell(Ann, NoSuchMailbox);
        Assert.Equal((NoSuchMailbox.Detail, null), (_health.ProblemOf(Ann), _health.ProblemOf(Bob)));
        Tell(Bob, Arrived);
        Assert.Equal(NoSuchMailbox.Detail, _health.ProblemOf(Ann));
        Tell(Ann, Arrived);
        Assert.Null(_health.ProblemOf(Ann));
    }

    [Fact]
    public void A_server_that_knows_no_such_mailbox_is_up()
    {
        Tell(Bob, Down);
        Tell(Ann, NoSuchMailbox);
        Assert.Null(_health.ProblemOf(Bob));
    }

    [Fact]
    public void What_was_long_ago_says_nothing()
    {
        Tell(Ann, NoSuchMailbox);
        Tell(Bob, Down);
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((null, null), (_health.ProblemOf(Ann), _health.ProblemOf(Bob)));
    }

    private void Tell(DeliveryTarget contact, AttemptResult result) =>
        _health.Attempted(contact, result, _clock.GetUtcNow());
}
