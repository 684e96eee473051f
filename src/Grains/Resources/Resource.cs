using System.Diagnostics;
using System.Text.Json.Serialization;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Resources;

/// <summary>
/// A part of the configuration that can be made through an API as well as written in a file. Others refer to it by its
/// name; its id is its own.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(OfUser), "user")]
[JsonDerivedType(typeof(OfTeam), "team")]
[JsonDerivedType(typeof(OfEscalation), "escalation")]
[JsonDerivedType(typeof(OfKey), "key")]
[JsonDerivedType(typeof(OfAlertPolicy), "alertPolicy")]
public abstract record Resource
{
    private Resource()
    {
    }

    [JsonIgnore]
    public string Id => Facts.Id;

    [JsonIgnore]
    public string Name => Facts.Name;

    /// <summary>What it is, in a message.</summary>
    [JsonIgnore]
    public string Word => Facts.Word;

    private (string Id, string Name, string Word) Facts => this switch
    {
        OfUser(var user) => (user.Id, user.Name, "user"),
        OfTeam(var team) => (team.Id, team.Name, "team"),
        OfEscalation(var escalation) => (escalation.Id, escalation.Name, "escalation"),
        OfKey(var key) => (key.Id, key.Name, "integration"),
        OfAlertPolicy(var policy) => (policy.Id, policy.Name, "policy"),
        _ => throw new UnreachableException($"Unknown resource {GetType()}."),
    };

    public sealed record OfUser(User User) : Resource;

    public sealed record OfTeam(Team Team) : Resource;

    public sealed record OfEscalation(Escalation Escalation) : Resource;

    public sealed record OfKey(ApiKey Key) : Resource;

    public sealed record OfAlertPolicy(AlertPolicy Policy) : Resource;
}
