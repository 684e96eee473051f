using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

public enum ApiKeyType : byte
{
    /// <summary>For senders: creates and changes alerts.</summary>
    Integration = 1,

    /// <summary>For people's tools: configures and reads, and cannot create, acknowledge or close alerts.</summary>
    Account = 2,
}

[Flags]
public enum KeyRights : byte
{
    None = 0,
    Read = 1,
    CreateAndUpdate = 2,
    Delete = 4,
    Configure = 8,
    All = Read | CreateAndUpdate | Delete | Configure,
}

/// <summary>A key is a UUID; only the SHA-256 of its lower-case text is kept.</summary>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Team">A team-owned integration key gives its alerts to this team and sees only that team's.</param>
public sealed record ApiKey(string Name, string Sha256, ApiKeyType Type, string? Team, KeyRights Rights)
{
    /// <summary>The name of the key that has all rights and is in no configuration.</summary>
    public const string Administrator = "administrator";

    /// <summary>Of one made through an API; empty for one of a file.</summary>
    public string Id { get; init; } = "";

    /// <summary>Made through an API, where it is changed; else it comes from a file.</summary>
    [JsonIgnore]
    public bool ByApi => Id.Length > 0;

    /// <summary>As alerts name the integration by which they came.</summary>
    [JsonIgnore]
    public string IntegrationId => ByApi ? Id : DerivedId.Of("integration", Name, 0).ToString();

    /// <summary>What its team was called before; alerts and incidents of that time are of that name.</summary>
    [JsonIgnore]
    public ValueList<string> FormerTeams { get; init; } = [];

    /// <summary>Every name of the team whose things alone it sees; none when it sees all.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Teams => Team is null ? [] : [Team, .. FormerTeams];

    /// <summary>One that is switched off opens no door.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What Opsgenie calls the type of an integration; all take the same requests.</summary>
    public string IntegrationType { get; init; } = "API";
}
