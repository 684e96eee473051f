using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>A team, whole on a create and in part on a PATCH; members that are given replace all there were.</summary>
internal static class TeamBody
{
    private const int LongestDescription = 10_000;
    private const int MostMembers = 1_000;

    public static Team Read(BodyObject body, PolicyVersion policy, Team before)
    {
        var members = body.Objects("members");
        if (members?.Count > MostMembers)
        {
            body.Errors.Add("members", $"members must hold at most {MostMembers}.");
        }

        return before with
        {
            Name = Names.Read(body, "name", before.Name),
            Description = Texts.Cut(body.Text("description") ?? before.Description, LongestDescription),
            Members = members is null
                ? before.Members
                : members.Take(MostMembers).Select(member => Member(member, policy)).ToValueList(),
        };
    }

    /// <summary>Who is a member already gets the role that is given.</summary>
    public static Team WithMember(Team before, BodyObject body, PolicyVersion policy)
    {
        var member = Member(body, policy);
        if (before.Members.Count >= MostMembers)
        {
            body.Errors.Add("user", $"A team has at most {MostMembers} members.");
        }

        return before with { Members = (WithoutMember(before, member.User) ?? before).Members.Add(member) };
    }

    /// <summary>Null when the user is no member.</summary>
    public static Team? WithoutMember(Team before, string user)
    {
        var others = before.Members.Where(member => !member.User.Equals(user, StringComparison.OrdinalIgnoreCase))
            .ToValueList();
        return others.Count == before.Members.Count ? null : before with { Members = others };
    }

    private static TeamMember Member(BodyObject member, PolicyVersion policy)
    {
        if (member.Object("user") is not { } user)
        {
            member.Errors.Add(member.PathOf("user"), "user can not be empty.");
            return new TeamMember("", Admin: false);
        }

        return new TeamMember(
            Names.Reference(user, "user", policy), member.Text("role")?.ToLowerInvariant() == "admin");
    }
}
