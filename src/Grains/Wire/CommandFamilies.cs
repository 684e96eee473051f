using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Correlation.Grains.Alerts;
using Correlation.Grains.Contacts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Lineage;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Wire;

/// <summary>
/// Every command has a stable name, <c>family.case</c>, under which it is logged, counted and sent between grains.
/// </summary>
public static class CommandFamilies
{
    private static readonly (Type Family, string Name)[] Families =
    [
        (typeof(AlertCommand), "alert"),
        (typeof(EntityCommand), "entity"),
        (typeof(IncidentCommand), "incident"),
        (typeof(SilenceCommand), "silence"),
        (typeof(InhibitionCommand), "inhibition"),
        (typeof(MaintenanceCommand), "maintenance"),
        (typeof(HeartbeatCommand), "heartbeat"),
        (typeof(SavedSearchCommand), "savedSearch"),
        (typeof(OverrideCommand), "override"),
        (typeof(ScheduleCommand), "schedule"),
        (typeof(TopologyCommand), "topology"),
        (typeof(JobCommand), "job"),
        (typeof(ContactCommand), "contact"),
        (typeof(ResourceCommand), "resource"),
    ];

    private static readonly FrozenDictionary<Type, string> Names = Cases().ToFrozenDictionary(c => c.Case, c => c.Name);

    private static readonly FrozenDictionary<string, Type> Types = Cases().ToFrozenDictionary(c => c.Name, c => c.Case);

    public static string NameOf(Command command) => Names[command.GetType()];

    /// <summary>What was asked, by name: a person's action travels inside another command.</summary>
    public static string ActionOf(Command command) => command switch
    {
        AlertCommand.Handle handle => NameOf(handle.Action),
        IncidentCommand.Person person => NameOf(person.Action),
        _ => NameOf(command),
    };

    public static byte[] Serialize(Command command) =>
        JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), WireJson.Lean);

    /// <summary>Name and body in one text, as messages between grains are stored.</summary>
    public static string ToText(Command command) => NameOf(command) + " " + Encoding.UTF8.GetString(Serialize(command));

    public static Command FromText(string text)
    {
        var cut = text.IndexOf(' ', StringComparison.Ordinal);
        return Types.TryGetValue(NameNow(text[..cut], text.AsSpan(cut + 1)), out var type)
            ? (Command)JsonSerializer.Deserialize(text.AsSpan(cut + 1), type, WireJson.Options)!
            : throw new JsonException($"Unknown command '{text[..cut]}': was it written by a newer release?");
    }

    /// <summary>Before a reopening had a command of its own it was a resolve that is taken back.</summary>
    private static string NameNow(string name, ReadOnlySpan<char> body) =>
        name == "alert.incidentResolved" && body.Contains("\"takenBack\":true", StringComparison.Ordinal)
            ? "alert.incidentReopened"
            : name;

    /// <summary>Lets a person's action travel inside another command.</summary>
    internal static void Describe(JsonTypeInfo info)
    {
        if (info.Type != typeof(IncidentCommand.ByPerson))
        {
            return;
        }

        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "do" };
        foreach (var (type, name) in Cases().Where(c => c.Case.IsSubclassOf(typeof(IncidentCommand.ByPerson))))
        {
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, name));
        }
    }

    private static IEnumerable<(Type Case, string Name)> Cases() =>
        from family in Families
        from nested in family.Family.GetNestedTypes()
        where nested.IsSubclassOf(typeof(Command)) && !nested.IsAbstract
        select (nested, family.Name + "." + JsonNamingPolicy.CamelCase.ConvertName(nested.Name));
}
