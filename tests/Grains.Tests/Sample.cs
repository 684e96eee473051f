using System.Reflection;
using System.Text.Json.Serialization;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.Grains.Resources;
using Correlation.TestKit;

namespace Correlation.Grains.Tests;

/// <summary>
/// A value of any stored type with every field set to something else than its default, the same on every run.
/// </summary>
internal static class Sample
{
    private static readonly Dictionary<Type, object> Simple = new()
    {
        [typeof(bool)] = true,
        [typeof(int)] = 7,
        [typeof(long)] = 7_000_000_007L,
        [typeof(double)] = 0.25,
        [typeof(Guid)] = Guid.Parse("0194339f-8a00-8abc-8def-0123456789ab"),
        [typeof(DateTimeOffset)] = new DateTimeOffset(2026, 1, 5, 10, 0, 0, 250, TimeSpan.Zero),
        [typeof(TimeSpan)] = TimeSpan.FromSeconds(90),
        [typeof(Labels)] = Labels.From([new("alertname", "ModelAccuracyDrop"), new("zone", "ä \"quoted\" <b>")]),
        [typeof(NodaTime.LocalDateTime)] = new NodaTime.LocalDateTime(2026, 1, 5, 9, 0),
        [typeof(Participant)] = Participant.Team("ml"),
        [typeof(MatcherSet)] = Policies.Match("{alertname=\"ModelAccuracyDrop\",zone=~\"a|b\"}"),
        [typeof(Resource)] = new Resource.OfKey(
            new("a name", "a hash", ApiKeyType.Integration, "a team", KeyRights.All) { Id = "a id" }),
        [typeof(IncidentCommand.ByPerson)] = new IncidentCommand.Snooze(
            new(2026, 1, 5, 11, 0, 0, TimeSpan.Zero), "ann", "later"),
    };

    public static T Of<T>() => (T)Of(typeof(T), "");

    public static object Of(Type type, string name = "")
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Simple.TryGetValue(type, out var value) ? value
            : type == typeof(string) ? $"a {name.ToLowerInvariant()}"
            : type.IsEnum ? Enum.GetValues(type).Cast<object>().Last()
            : type.IsGenericType &&
                type.GetGenericTypeDefinition() == typeof(ValueList<>) ? ListOf(type.GetGenericArguments()[0], name)
            : RecordOf(type);
    }

    /// <summary>What is stored of a state or command: neither what is computed nor fields of a newer release.</summary>
    public static IEnumerable<PropertyInfo> StoredProperties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p =>
            p.GetCustomAttribute<JsonIgnoreAttribute>() is null &&
                p.GetCustomAttribute<JsonExtensionDataAttribute>() is null && p.Name != "EqualityContract");

    private static object ListOf(Type item, string name)
    {
        var array = Array.CreateInstance(item, 1);
        array.SetValue(Of(item, name), 0);
        return typeof(ValueList)
            .GetMethod(nameof(ValueList.ToValueList))!.MakeGenericMethod(item)
            .Invoke(null, [array])!;
    }

    private static object RecordOf(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, p.Name!))]);
        foreach (var property in StoredProperties(type).Where(p => p.CanWrite && constructor.GetParameters().All(c => c.Name != p.Name)))
        {
            property.SetValue(made, Of(property.PropertyType, property.Name));
        }

        return made;
    }
}
