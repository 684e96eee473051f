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

    [Fact]
    public void One_channel_follows_the_other_and_each_falls_to_the_others() => Assert.Equal(
        [
            new(TimeSpan.Zero, [Phone, Push, Mail]),
            new(TimeSpan.FromMinutes(1), [Push, Phone, Mail]),
            new Notice(TimeSpan.FromMinutes(3), [Mail, Phone, Push]),
        ],
        NotificationRule.Of(Ann, Priority.P1, Ann.Contacts));

    [Fact]
    public void Without_a_rule_for_the_priority_all_contacts_in_their_order()
    {
        Assert.Equal([new Notice(TimeSpan.Zero, Ann.Contacts)], NotificationRule.Of(Ann, Priority.P2, Ann.Contacts));
        Assert.Equal([new Notice(TimeSpan.Zero, [Push])], NotificationRule.Of(null, Priority.P1, [Push]));
    }

    [Fact]
    public void What_may_not_be_used_now_is_left_out_and_something_is_always_left()
    {
        Assert.Equal([new Notice(TimeSpan.FromMinutes(3), [Mail])], NotificationRule.Of(Ann, Priority.P1, [Mail]));
        Assert.Equal([new Notice(TimeSpan.Zero, [Push])], NotificationRule.Of(Ann, Priority.P3, [Push]));
    }
}
