using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Names in the bodies of resources: their own, and those of others, which may be given by id.</summary>
internal static class Names
{
    private const int Longest = 100;

    /// <param name="before">What it keeps when none is given; empty for a new one, which must have one.</param>
    public static string Read(BodyObject body, string field, string before, int longest = Longest)
    {
        var name = body.Text(field) ?? before;
        if (name.Length == 0 || Texts.Length(name) > longest)
        {
            body.Errors.Add(
                body.PathOf(field),
                name.Length == 0
                    ? $"{field} can not be empty."
                    : $"{field} can not be longer than {longest} characters.");
        }

        return name;
    }

    /// <summary>As the policy spells the name of what is referred to; empty, and noted, when there is none.</summary>
    /// <param name="before">
    /// What was referred to until now: Terraform sends that name beside a new id, and that id beside a new name. Beside
    /// a new type it sends both, and after the other was made anew the id of the one before.
    /// </param>
    public static string Reference(BodyObject reference, string type, PolicyVersion policy, string before = "")
    {
        var stated = reference.Text(type == "user" ? "username" : "name");
        if (before.Equals(stated, StringComparison.OrdinalIgnoreCase) && reference.Text("id") is { } told &&
            Known(policy, type, People.NameOf(policy, type, told)) is not null)
        {
            stated = null;
        }

        var name = stated ?? (reference.Text("id") is { } id ? People.NameOf(policy, type, id) : "");
        var known = Known(policy, type, name);
        if (known is null)
        {
            reference.Errors.Add(
                reference.PathOf(stated is null ? "id" : "name"), $"There is no {type} '{Texts.Cut(name, Longest)}'.");
        }

        return known ?? "";
    }

    /// <summary>Null for an empty object, which clients send for none.</summary>
    public static string? Team(BodyObject body, string field, PolicyVersion policy) =>
        body.Object(field) is { } team && (team.Text("name") ?? team.Text("id")) is not null
            ? Reference(team, "team", policy)
            : null;

    private static string? Known(PolicyVersion policy, string type, string name) => type switch
    {
        "user" => policy.FindUser(name)?.Name,
        "team" => policy.FindTeam(name)?.Name,
        "escalation" => policy.FindEscalation(name)?.Name,
        _ => policy.FindSchedule(name)?.Name,
    };
}
