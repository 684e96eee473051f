using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <param name="Name">User name, an e-mail address in Opsgenie's terms.</param>
/// <param name="Contacts">How to reach the person, in order of insistence.</param>
public sealed record User(string Name, string FullName, string TimeZone, ValueList<DeliveryTarget> Contacts)
{
    /// <summary>Of one made through an API; empty for one of a file.</summary>
    public string Id { get; init; } = "";

    /// <summary>Made through an API, where it is changed; else it comes from a file.</summary>
    [JsonIgnore]
    public bool ByApi => Id.Length > 0;

    /// <summary>Those of <see cref="Contacts"/> that were made through an API, which are its last.</summary>
    public ValueList<MadeContact> Made { get; init; } = [];

    [JsonIgnore]
    public ValueList<DeliveryTarget> FileContacts =>
        Made.Count == 0 ? Contacts : Contacts.Take(Contacts.Count - Made.Count).ToValueList();

    /// <summary>
    /// The first that has the priority is taken; without one a page goes to all contacts in their order.
    /// </summary>
    public ValueList<NotificationRule> Rules { get; init; } = [];

    /// <summary>
    /// What Opsgenie's clients keep of a person and nothing here goes by (role, locale, address, tags, details), as the
    /// JSON object that it came as; empty for none.
    /// </summary>
    public string Profile { get; init; } = "";
}
