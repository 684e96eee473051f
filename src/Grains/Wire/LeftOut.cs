using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Correlation.Grains.Wire;

/// <summary>
/// What stored JSON does without: a value that a missing property is read back as. A release that changes such a
/// default changes what is on disk; the golden file <c>left-out.txt</c> holds them all, so that this is seen.
/// Always written are what is required, names of an enumeration, and what a record computes.
/// </summary>
public static class LeftOut
{
    /// <summary>
    /// Expects options that leave out default values, which boxes nothing; takes that back where such a default is not
    /// what comes back, and leaves out references that are equal to what does.
    /// </summary>
    public static void Describe(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || info.Type.IsAbstract)
        {
            return;
        }

        var blank = Blank(info);
        foreach (var property in info.Properties.Where(p => p.Get is not null && !p.IsExtensionData))
        {
            var readBack = IsReadBack(property) ? property.Get!(blank) : null;
            if (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null)
            {
                if (!Default(property.PropertyType)!.Equals(readBack))
                {
                    property.ShouldSerialize = static (_, _) => true;
                }
            }
            else if (readBack is not null)
            {
                property.ShouldSerialize = (_, value) => value is not null && !value.Equals(readBack);
            }
        }
    }

    /// <summary>
    /// By name, what each property of the type is read back as when it is missing, where it is left out then.
    /// </summary>
    public static IEnumerable<(string Name, object Value)> Of(JsonTypeInfo info)
    {
        var blank = Blank(info);
        return info.Properties
            .Where(p => p.Get is not null && !p.IsExtensionData && IsReadBack(p))
            .Select(p => (p.Name, Value: p.Get!(blank), p.PropertyType))
            .Where(p => p.Value is not null && (!p.PropertyType.IsValueType || p.Value.Equals(Default(p.PropertyType))))
            .Select(p => (p.Name, p.Value!));
    }

    private static bool IsReadBack(JsonPropertyInfo property) =>
        !property.IsRequired && !property.PropertyType.IsEnum &&
            (property.Set is not null || property.AssociatedParameter is not null);

    /// <summary>As the type is read from <c>{}</c>, were nothing required.</summary>
    private static object Blank(JsonTypeInfo info) =>
        info.ConstructorAttributeProvider is ConstructorInfo constructor
            ? constructor.Invoke([.. constructor.GetParameters().Select(p => p.HasDefaultValue ? p.DefaultValue : Default(p.ParameterType))])
            : Activator.CreateInstance(info.Type)!;

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
