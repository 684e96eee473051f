using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// Reads who takes a turn: <c>{type, id | name | username}</c>, by type in any letter case. Everybody must be known: a
/// turn of a stranger is a page that reaches nobody.
/// </summary>
internal static class RecipientReader
{
    public static Participant? Read(BodyObject recipient, string field, PolicyVersion policy)
    {
        var username = recipient.Text("username");
        var type = recipient.Text("type")?.ToLowerInvariant() ?? (username is null ? null : "user");
        switch (type)
        {
            case "none":
                return Participant.Nobody;
            case "user" or "team" or "escalation":
                break;
            default:
                recipient.Errors.Add(field, $"{field}: type must be one of user, team, escalation, none.");
                return null;
        }

        var stated = (type == "user" ? username : null) ?? recipient.Text("name") ?? username;
        var name = stated ?? (recipient.Text("id") is { } id ? People.NameOf(policy, type, id) : "");
        var who = type switch
        {
            "user" => Participant.User(name),
            "team" => Participant.Team(name),
            _ => Participant.Escalation(name),
        };
        if (policy.Find(who) is { } known)
        {
            return known;
        }

        recipient.Errors.Add(field, $"{field}: there is no {type} '{Texts.Cut(name, Limits.Alias)}'.");
        return null;
    }
}
