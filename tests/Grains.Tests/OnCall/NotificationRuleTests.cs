using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Policy;

public sealed class NotificationRuleTests
{
    private static readonly DeliveryTarget Phone = new("phone", "1");
    private static readonly DeliveryTarget Push = new("push", "2");
    private static readonly DeliveryTarget Mail = new("mail", "3");

    private static readonly User Ann = new("ann", "Ann", "UTC", [Phone, Push, Mail])
    {
        Rules =
        [
            new NotificationRule([Priority.P1], [new("phone", TimeSpan.Zero), new("push", TimeSpan.FromMinutes(1)), new("mail", TimeSpan.FromMinutes(3))]),
            new NotificationRule([Priority.P3], [new("mail", TimeSpan.Zero)]),
        ],
    };

    private static readonly DateTimeOffset At = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static readonly ValueList<Priority> Every = [Priority.P1, Priority.P2, Priority.P3, Priority.P4, Priority.P5];

    [Fact]
    public void One_channel_follows_the_other_and_each_falls_to_the_others() => Assert.Equal(
        [
            new(TimeSpan.Zero, [Phone, Push, Mail]),
            new(TimeSpan.FromMinutes(1), [Push, Phone, Mail]),
            new Notice(TimeSpan.FromMinutes(3), [Mail, Phone, Push]),
        ],
        NoticesOf(Ann, Priority.P1, Ann.Contacts));

    [Fact]
    public void Without_a_rule_for_the_priority_all_contacts_in_their_order()
    {
        Assert.Equal([new Notice(TimeSpan.Zero, Ann.Contacts)], NoticesOf(Ann, Priority.P2, Ann.Contacts));
        Assert.Equal([new Notice(TimeSpan.Zero, [Push])], NoticesOf(null, Priority.P1, [Push]));
    }

    [Fact]
    public void What_may_not_be_used_now_is_left_out_and_something_is_always_left()
    {
        Assert.Equal([new Notice(TimeSpan.FromMinutes(3), [Mail])], NoticesOf(Ann, Priority.P1, [Mail]));
        Assert.Equal([new Notice(TimeSpan.Zero, [Push])], NoticesOf(Ann, Priority.P3, [Push]));
    }

    [Fact]
    public void A_step_of_one_contact_begins_with_that_one()
    {
        var other = new DeliveryTarget("mail", "4");
        var user = Made(rule => rule with { Steps = [new NotificationStep("mail", TimeSpan.Zero) { Address = "4" }] });
        Assert.Equal(
            [new Notice(TimeSpan.Zero, [other, Phone, Mail])], NoticesOf(user, Priority.P2, [Phone, Mail, other]));

        // It is gone: all the others in their order.
        Assert.Equal([new Notice(TimeSpan.Zero, [Phone, Mail])], NoticesOf(user, Priority.P2, [Phone, Mail]));
    }

    [Fact]
    public void Steps_that_are_switched_off_say_nothing_and_without_another_all_contacts_are_paged()
    {
        var off = new NotificationStep("mail", TimeSpan.Zero) { Enabled = false };
        var user = Made(rule => rule with { Steps = [off, new NotificationStep("push", TimeSpan.FromMinutes(2))] });
        Assert.Equal(
            [new Notice(TimeSpan.FromMinutes(2), [Push, Phone, Mail])], NoticesOf(user, Priority.P2, Ann.Contacts));
        Assert.Equal(
            [new Notice(TimeSpan.Zero, Ann.Contacts)],
            NoticesOf(Made(rule => rule with { Steps = [off] }), Priority.P2, Ann.Contacts));
        Assert.Equal(
            [new Notice(TimeSpan.Zero, Ann.Contacts)],
            NoticesOf(Made(rule => rule with { Enabled = false }), Priority.P2, Ann.Contacts));
    }

    [Theory]
    [InlineData(CriteriaField.Message, CriteriaOperation.Contains, "STALE", true)]
    [InlineData(CriteriaField.Message, CriteriaOperation.Contains, "drift", false)]
    [InlineData(CriteriaField.Description, CriteriaOperation.StartsWith, "not", true)]
    [InlineData(CriteriaField.Entity, CriteriaOperation.Equals, "table:events", true)]
    [InlineData(CriteriaField.Teams, CriteriaOperation.Contains, "data", true)]
    [InlineData(CriteriaField.Priority, CriteriaOperation.GreaterThan, "P3", true)]
    [InlineData(CriteriaField.Priority, CriteriaOperation.LessThan, "P3", false)]
    public void Criteria_are_asked_of_what_the_page_says(
        CriteriaField field, CriteriaOperation operation, string expected, bool holds)
    {
        var criteria = new AlertCriteria(
            CriteriaType.MatchAllConditions, [new AlertCondition(field, "", operation, expected, Not: false)]);
        Assert.Equal(
            holds, Mails(NoticesOf(Made(rule => rule with { Criteria = criteria }), Priority.P2, Ann.Contacts)));
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Hours_are_of_the_clock_on_the_persons_wall(int hourThere, bool holds)
    {
        var user = Made(rule => rule with { Hours = [new TimeWindow(9 * 60, 17 * 60)] }) with { TimeZone = "America/New_York" };
        var at = new DateTimeOffset(2026, 1, 5, hourThere + 5, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            holds, Mails(NotificationRule.NoticesOf(user, Saying(Priority.P2), isGiven: false, at, Ann.Contacts)));
    }

    [Fact]
    public void What_a_person_gives_to_them_has_rules_of_its_own_and_else_those_of_pages()
    {
        var given = new NotificationRule(Every, [new("push", TimeSpan.Zero)]) { Of = NotifiedOf.Assignment };
        var user = Made(rule => rule);
        user = user with { Rules = user.Rules.Add(given) };
        Assert.True(Mails(NoticesOf(user, Priority.P2, Ann.Contacts)));
        Assert.Equal(
            Push, NotificationRule.NoticesOf(user, Saying(Priority.P2), isGiven: true, At, Ann.Contacts)[0].Targets[0]);
        Assert.True(Mails(NotificationRule.NoticesOf(Made(rule => rule), Saying(Priority.P2), isGiven: true, At, Ann.Contacts)));
    }

    private static bool Mails(ValueList<Notice> notices) => notices[0].Targets[0] == Mail;

    private static User Made(Func<NotificationRule, NotificationRule> change) => Ann with
    {
        Rules = [change(new NotificationRule(Every, [new("mail", TimeSpan.Zero)]) { Id = "r", Name = "mine" })],
    };

    private static ValueList<Notice> NoticesOf(User? user, Priority priority, ValueList<DeliveryTarget> contacts) =>
        NotificationRule.NoticesOf(user, Saying(priority), isGiven: false, At, contacts);

    private static PageText Saying(Priority priority) =>
        new(PageEvents.Page, "events is stale", "Not refreshed since noon", priority, "data", 7, "table:events", "stale", "", 1, At);
}
