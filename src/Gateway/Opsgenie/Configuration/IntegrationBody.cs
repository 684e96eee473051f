using Correlation.Gateway.Keys;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>An integration, whole on a create; what a PUT leaves out stays as it was.</summary>
internal static class IntegrationBody
{
    private const int LongestType = 100;
    private const int LongestName = 250;

    /// <summary>As Opsgenie makes one: it may read, create, change and delete.</summary>
    public static ApiKey New(string id) =>
        new("", "", ApiKeyType.Integration, null, KeyRights.Read | KeyRights.CreateAndUpdate | KeyRights.Delete) { Id = id };

    public static ApiKey Read(ApiCall call, BodyObject body, PolicyVersion policy, ApiKey before)
    {
        var after = before with
        {
            Name = Names.Read(body, "name", before.Name, LongestName),
            IntegrationType = Texts.Cut(body.Text("type") ?? before.IntegrationType, LongestType),
            Enabled = body.Flag("enabled") ?? before.Enabled,
            Team = call.Key.Team ?? (body.Has("ownerTeam") ? Names.Team(body, "ownerTeam", policy) : before.Team),
            Rights = Given(KeyRights.Read, "allowReadAccess") | Given(KeyRights.CreateAndUpdate, "allowWriteAccess") |
                Given(KeyRights.Delete, "allowDeleteAccess") | Given(KeyRights.Configure, "allowConfigurationAccess"),
        };
        RefuseOtherTypes(body, after.IntegrationType);
        RefuseResponders(body, policy, after.Team);
        RefuseFlag(body, "suppressNotifications", "see maintenance, which holds pages back for a time, and silences");
        RefuseFlag(body, "ignoreRespondersFromPayload", "set ownerTeam, which gives all of its alerts to that team");
        return after;

        // A team's key makes no key that may more than it.
        KeyRights Given(KeyRights right, string field) =>
            (body.Flag(field) ?? before.Rights.HasFlag(right)) && (call.Key.Team is null || call.Key.May(right))
                ? right
                : KeyRights.None;
    }

    /// <summary>
    /// No mail is received here, and none is called: it would be an alert that never comes. The Go SDK sends the fields
    /// of those types, empty, with every change of any other.
    /// </summary>
    private static void RefuseOtherTypes(BodyObject body, string type)
    {
        if (type.ToLowerInvariant() is "email" or "webhook" || body.Text("emailUsername") is not null ||
            body.Text("url") is not null || body.Object("headers")?.Names.Any() == true)
        {
            body.Errors.Add(
                "type",
                "type can not be Email or Webhook: integrations take requests, and what is sent is said by channels.");
        }
    }

    /// <summary>Accepted and ignored it would be a page that never comes.</summary>
    private static void RefuseFlag(BodyObject body, string field, string instead)
    {
        if (body.Flag(field) == true)
        {
            body.Errors.Add(field, $"{field} can not be true: {instead}.");
        }
    }

    /// <summary>The owner team is who responds; another would not be told.</summary>
    private static void RefuseResponders(BodyObject body, PolicyVersion policy, string? owner)
    {
        foreach (var responder in body.Objects("responders") ?? [])
        {
            var name = responder.Text("name")
                ?? (responder.Text("id") is { } id ? People.NameOf(policy, "team", id) : "");
            if (responder.Text("type")?.ToLowerInvariant() != "team" ||
                !name.Equals(owner, StringComparison.OrdinalIgnoreCase))
            {
                body.Errors.Add(
                    "responders",
                    "responders can only be the ownerTeam: whom else alerts page is said by routes and by the alerts.");
            }
        }
    }
}
