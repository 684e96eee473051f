using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class UserReader
{
    public static User Read(Entry entry)
    {
        var name = entry.Name(Section.Users);
        var user = new User(
            name,
            entry.Text("full_name", fallback: name),
            entry.Optional("time_zone", Format.TimeZone, "UTC"),
            entry.Entries("contacts", ReadContact))
        {
            Rules = entry.Entries("notification_rules", NotificationRuleReader.Read),
        };
        if (user.Contacts.Count == 0)
        {
            entry.Reading.OnceAllIsRead(policy => WarnOfNoContact(entry, policy, user));
        }

        NotificationRuleReader.CheckChannels(entry, user);
        return user;
    }

    private static void WarnOfNoContact(Entry entry, PolicyVersion policy, User user)
    {
        var duty = entry.Reading.HasErrors ? null : OnDuty.Of(policy, user.Name, entry.Reading.Now);
        entry.WarnMissing(
            "contacts",
            "no page reaches this user" + (duty is null ? "" : $", whom {duty} names"),
            "at least one contact");
    }

    private static DeliveryTarget ReadContact(Entry entry)
    {
        var target = new DeliveryTarget(entry.RequiredReference("channel", Section.Channels), entry.Text("address"));
        ChannelAddress.Check(entry.Reading, entry.Find("address") ?? entry.At, target);
        return target;
    }
}
