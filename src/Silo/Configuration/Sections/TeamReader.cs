using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using YamlDotNet.RepresentationModel;

namespace Correlation.Silo.Configuration.Sections;

internal static class TeamReader
{
    public static Team Read(Entry entry)
    {
        var name = entry.Name(Section.Teams);
        var team = new Team(
            name,
            DerivedId.Of("team", name, 0).ToString(),
            entry.Text("description"),
            entry.Items("members").SelectMany(item => ReadMember(entry, item)).ToValueList(),
            entry.RequiredReference("escalation", Section.Escalations))
        {
            ByPriority = ReadByPriority(entry),
            QuietHours = entry.Entries("quiet_hours", QuietHoursReader.Read),
            Inform = ReadInform(entry),
            AcknowledgeTimeout = entry.Find("acknowledge_timeout") is { } timeout
                ? entry.Read(timeout, SettingsReader.AcknowledgeTimeout)
                : null,
        };

        entry.Reading.OnceAllIsRead(policy =>
        {
            CheckThatItMakesNoSound(entry, team, policy);
            QuietHoursReader.CheckThatTheyEnd(entry, name, policy);
            if (!entry.Reading.IsIncomplete && !team.Members.Any(member => policy.FindUser(member.User) is { Contacts.Count: > 0 }))
            {
                entry.Reading.Warn(
                    entry.Where("members"), "has nobody who can be reached", "a member with contacts", Members(team));
            }
        });
        return team;
    }

    private static ValueList<PriorityEscalation> ReadByPriority(Entry entry) =>
        entry.Find("escalation_by_priority") is { } field
            ? entry.One(field, found => Enum.GetValues<Priority>()
                .Select(
                    priority => (Priority: priority, Name: found.Reference(priority.ToString(), Section.Escalations)))
                .Where(pair => pair.Name is not null)
                .Select(pair => new PriorityEscalation(pair.Priority, pair.Name!))
                .ToValueList()).SelectMany(list => list).ToValueList()
            : [];

    private static string ReadInform(Entry entry) => entry.Find("inform") is not { } field ? ""
        : entry.Text("inform") == Team.InformNobody ? Team.InformNobody
        : entry.Reference(field, Section.Channels);

    /// <summary>Nobody is to be rung up for it, nor another system to make an alert of it.</summary>
    private static void CheckThatItMakesNoSound(Entry entry, Team team, PolicyVersion policy)
    {
        if (policy.FindChannel(team.Inform) is { Type: "sms" or "voice" or "ntfy" or "opsgenie" or "pagerduty" } channel)
        {
            entry.Reading.Error(
                entry.Where("inform"), $"is a channel of type {channel.Type}, which pages",
                "none, or a channel of type webhook, email, slack, slack_webhook, teams or log", team.Inform);
        }
    }

    private static string Members(Team team) =>
        team.Members.Count == 0 ? "(none)" : string.Join(", ", team.Members.Take(10).Select(member => member.User));

    /// <summary>Mostly a name; an administrator takes two keys.</summary>
    private static IEnumerable<TeamMember> ReadMember(Entry entry, Field item) => item.Node is YamlScalarNode
        ? [new TeamMember(entry.Reference(item, Section.Users), Admin: false)]
        : entry.One(item, member => new TeamMember(
            member.RequiredReference("user", Section.Users),
            member.Optional("admin", Format.Flag, false)));
}
