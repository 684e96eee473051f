using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>Stored JSON does without what a missing property is read back as, and without that alone.</summary>
public sealed class LeftOutTests
{
    private const string File = "left-out.txt";

    private static readonly Type[] Rows =
    [
        typeof(Member), typeof(PageDecision), typeof(Symptom), typeof(Follower),
        typeof(InhibitionParty), typeof(InhibitionSource), typeof(NoteText), typeof(Delivery),
    ];

    /// <summary>
    /// A changed default changes what is on disk: such a field must be written from then on, or stay as it was. A new
    /// field comes into the file with the next golden files that are written, and is free until then.
    /// </summary>
    [Fact]
    public void What_a_missing_field_is_read_back_as_is_as_in_the_file()
    {
        var fields =
            from type in Stored()
            from field in LeftOut.Of(WireJson.Lean.GetTypeInfo(type))
            orderby type.FullName, field.Name
            select $"{type.FullName![(type.Namespace!.Length + 1)..]}.{field.Name} = {Shown(field.Value)}";

        Assert.Empty(GoldenFile.Lines(File, fields.ToList()).Except(fields));
    }

    [Fact]
    public void A_field_with_an_empty_value_comes_back_as_what_it_was()
    {
        foreach (var type in Stored())
        {
            foreach (var property in Sample.StoredProperties(type).Where(p => p.CanWrite))
            {
                var value = Sample.Of(type);
                property.SetValue(value, Empty(property.PropertyType) ?? property.GetValue(value));
                var json = JsonSerializer.Serialize(value, type, WireJson.Lean);
                var read = JsonSerializer.Deserialize(json, type, WireJson.Options);
                Assert.True(value.Equals(read), $"{type.Name}.{property.Name}: {json}");
            }
        }
    }

    [Fact]
    public void What_is_written_is_read_alike_with_and_without_the_empty_values()
    {
        var alert = Sample.Of<AlertState>() with { Edits = AlertEdits.None, SuppressedBy = [], Seen = false, Stay = 0 };
        var whole = JsonSerializer.SerializeToUtf8Bytes(alert, WireJson.Options);
        var lean = StateWire.Document(alert);

        Assert.Equal(StateWire.Read(GrainKind.Alert, whole, []), StateWire.Read(GrainKind.Alert, lean, []));
        using var fields = JsonDocument.Parse(lean);
        Assert.All(
            ["edits", "suppressedBy", "seen", "stay"],
            name => Assert.False(fields.RootElement.TryGetProperty(name, out _), name));
    }

    private static string Shown(object value) =>
        value.GetType().IsValueType ? "default" : JsonSerializer.Serialize(value, value.GetType(), WireJson.Options);

    private static object? Empty(Type type) =>
        type == typeof(string) ? ""
        : type == typeof(Labels) ? Labels.Empty
        : type.IsGenericType &&
            type.GetGenericTypeDefinition() == typeof(ValueList<>) ? type.GetField("Empty")!.GetValue(null)
        : type.IsValueType && !type.IsEnum && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type)
        : null;

    /// <summary>Every record in what is stored, however deep.</summary>
    private static List<Type> Stored()
    {
        var found = new HashSet<Type>();
        var roots = typeof(Command).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && (t.IsSubclassOf(typeof(Command)) || t.IsSubclassOf(typeof(GrainState)) || t.IsSubclassOf(typeof(Tally))))
            .Where(t => t != typeof(ClosedAlertState) && t != typeof(RestingAlert));
        foreach (var root in roots.Concat(Rows))
        {
            Walk(root);
        }

        return [.. found.OrderBy(type => type.FullName, StringComparer.Ordinal)];

        void Walk(Type type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>))
            {
                Walk(type.GetGenericArguments()[0]);
                return;
            }

            var info = WireJson.Lean.GetTypeInfo(type);
            if (info.Kind == JsonTypeInfoKind.Object && !type.IsAbstract && found.Add(type))
            {
                foreach (var property in info.Properties.Where(p => p.Get is not null && !p.IsExtensionData))
                {
                    Walk(property.PropertyType);
                }
            }
        }
    }
}
